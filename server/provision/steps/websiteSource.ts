import { isGreenroomError } from '../../../shared/errors.ts';
import type { RunContext, Outputs } from '../context.ts';
import { needed, type Step } from '../engine/step.ts';
import { keySteps } from './apiKey.ts';

export function addWebsiteSource(context: RunContext): Step<Outputs, 'add-website-source'> {
  const { platform, dashboard, spec } = context;
  return {
    id: 'add-website-source',
    title: 'Add the website source',
    outcome: 'Website source',
    kind: 'browser',
    critical: false,
    needs: ['clone-bot'],
    // All dashboard tasks share one window; the key comes first because more waits for it.
    after: keySteps(context),
    estimateMs: 2_000,
    timeoutMs: 90_000,
    retry: { attempts: 2, delayMs: 500 },
    idempotencyKey: () => `website-source:${platform.id}:${context.handle}:${spec.website}`,
    async run(finished, control) {
      const bot = needed(finished, 'clone-bot');
      const tasks = platform.dashboard(bot);
      try {
        await dashboard.use(tasks, control.signal, control.waiting, (page, signal) =>
          tasks.addWebsiteSource(page, `${spec.company} website`, spec.website, signal),
        );
        await control.made({ kind: 'website-source', id: spec.website });
        control.report(`${platform.title} reads ${new URL(spec.website).host} on its own time`);
      } catch (error) {
        if (!isGreenroomError(error) || error.code !== 'conflict') throw error;
        control.adopted();
        control.report('was there already');
      }
      return true;
    },
    debt: (error, finished) => {
      const url = finished['clone-bot']?.url;
      return {
        cause: error.message,
        consequence: 'The bot answers from the articles written for it, not from the rest of the website.',
        remedy: `In the bot's dashboard choose "Add website source" and enter ${spec.website}.`,
        ...(url === undefined ? {} : { url }),
      };
    },
  };
}
