import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Debt } from '../../../shared/protocol.ts';
import type { GreenroomError } from '../../../shared/errors.ts';
import { isGreenroomError } from '../../../shared/errors.ts';
import { type ImportableAction, importableActions } from '../../platforms/platform.ts';
import type { RunContext, Outputs } from '../context.ts';
import { type Finished, needed, NO_RETRY, type Step } from '../engine/step.ts';

/** Imports the actions one at a time, as the dashboard takes them. What it refuses goes into a file for doing it by hand. */
export function importActions(context: RunContext): Step<Outputs, 'import-actions'> {
  const { platform, dashboard } = context;
  return {
    id: 'import-actions',
    title: 'Import the actions',
    outcome: 'Actions',
    kind: 'browser',
    critical: false,
    needs: ['clone-bot', 'mock-endpoints'],
    after: ['add-website-source'],
    estimateMs: 4_000,
    timeoutMs: 180_000,
    retry: NO_RETRY,
    idempotencyKey: () => `actions:${platform.id}:${context.handle}`,
    async run(finished, control) {
      const actions = actionsOf(finished);
      const tasks = platform.dashboard(needed(finished, 'clone-bot'));
      const imported: string[] = [];
      const refused: { action: ImportableAction; error: GreenroomError }[] = [];
      const importOne = (action: ImportableAction): Promise<void> =>
        dashboard.use(tasks, control.signal, control.waiting, (page, signal) =>
          tasks.importAction(page, action, signal),
        );
      for (const action of actions) {
        try {
          // An import replaces an action of the same name: once more does no harm after a crash of the browser.
          await importOne(action).catch((error: unknown) => {
            control.signal.throwIfAborted();
            if (!isGreenroomError(error) || !error.data.retryable) throw error;
            return importOne(action);
          });
          await control.made({ kind: 'action', id: action.name });
          imported.push(action.name);
          control.report(`${imported.length} of ${actions.length}: ${action.name}`);
        } catch (error) {
          control.signal.throwIfAborted();
          if (!isGreenroomError(error)) throw error;
          refused.push({ action, error });
        }
      }
      control.report(`${imported.length} of ${actions.length}: ${imported.join(', ') || 'none'}`);
      const [first] = refused;
      if (first === undefined) return { imported };
      if (imported.length === 0) throw first.error;
      control.owe(
        await manualImport(
          context,
          finished,
          first.error,
          refused.map(({ action }) => action),
        ),
      );
      return { imported };
    },
    debt: (error, finished) => manualImport(context, finished, error, actionsOf(finished)),
  };
}

function actionsOf(finished: Finished<Outputs>): ImportableAction[] {
  const mocks = finished['mock-endpoints'];
  return mocks === undefined ? [] : importableActions(mocks.actions, mocks.endpoints);
}

async function manualImport(
  context: RunContext,
  finished: Finished<Outputs>,
  error: GreenroomError,
  actions: readonly ImportableAction[],
): Promise<Debt> {
  const url = finished['clone-bot']?.url;
  if (actions.length === 0) {
    return {
      cause: error.message,
      consequence: 'The bot can answer but do nothing.',
      remedy: 'Settle the mock endpoints, then provision again: the bot is updated, not doubled.',
    };
  }
  const file = join(context.dir, 'actions-to-import.json');
  await writeFile(file, `${JSON.stringify(actions, undefined, 2)}\n`);
  return {
    cause: error.message,
    consequence: `The bot can't do: ${actions.map(({ name }) => name).join(', ')}.`,
    remedy: `In the bot's dashboard choose "Import action" and paste the entries of the file one at a time.`,
    file,
    ...(url === undefined ? {} : { url }),
  };
}
