import type { RunContext, Outputs } from '../context.ts';
import { type Finished, type Step } from '../engine/step.ts';
import { needed } from '../engine/step.ts';

/** Makes the platform's API key in the dashboard: the only place where commercial platforms make one. */
export function getApiKey(context: RunContext): Step<Outputs, 'get-api-key'> {
  const { platform, dashboard, runId } = context;
  return {
    id: 'get-api-key',
    title: 'Get the API key',
    outcome: 'API key',
    kind: 'browser',
    critical: true,
    secret: true,
    needs: ['clone-bot'],
    after: [],
    estimateMs: 3_000,
    timeoutMs: 90_000,
    retry: { attempts: 2, delayMs: 500 },
    idempotencyKey: () => `api-key:${platform.id}:${runId}`,
    async run(finished, control) {
      const tasks = platform.dashboard(needed(finished, 'clone-bot'));
      const name = `Greenroom ${runId.slice(-6)}`;
      const key = await dashboard.use(tasks, control.signal, control.waiting, (page, signal) =>
        tasks.createApiKey(page, name, signal),
      );
      context.secrets.add(key);
      await control.made({ kind: 'api-key', id: name });
      control.report(`"${name}", read in the dashboard`);
      return key;
    },
  };
}

/** The key the run works with: read in the browser, or given by the user. */
export function apiKeyOf(context: RunContext, finished: Finished<Outputs>): string {
  const key = finished['get-api-key'] ?? context.apiKey;
  if (key === undefined) throw new Error('The plan has neither a key nor a step that gets one.');
  return key;
}

/** Steps that need the key also need these. */
export function keySteps(context: RunContext): 'get-api-key'[] {
  return context.spec.key === 'auto' ? ['get-api-key'] : [];
}
