import type { RunContext, Outputs } from '../context.ts';
import { RETRY_SAFE, type Step } from '../engine/step.ts';

export function cloneBot(context: RunContext): Step<Outputs, 'clone-bot'> {
  const { platform, spec, handle } = context;
  return {
    id: 'clone-bot',
    title: 'Clone the template bot',
    outcome: 'Bot',
    kind: 'api',
    critical: true,
    needs: [],
    after: [],
    estimateMs: 1_500,
    timeoutMs: 90_000,
    retry: RETRY_SAFE,
    idempotencyKey: () => `clone:${platform.id}:${handle}`,
    async run(_finished, control) {
      const { template, company, website } = spec;
      const { adopted, ...bot } = await platform.cloneBot(
        { template, handle, company, website },
        control.signal,
      );
      await control.made({ kind: 'bot', id: bot.id, url: bot.url });
      if (adopted) control.adopted();
      control.report(
        adopted ? `${bot.handle} was there already and is updated` : `${bot.handle} from ${template}`,
      );
      return bot;
    },
  };
}
