import type { ErrorData } from '../../../shared/protocol.ts';
import { asGreenroomError, GreenroomError } from '../../../shared/errors.ts';
import { raceAbort } from '../../timing/abort.ts';
import type { StepEvent, StoredOutput } from './events.ts';
import { predecessors, sortTopologically } from './graph.ts';
import { withRetry } from './retry.ts';
import type { AnyStep, Finished, Step, StepControl } from './step.ts';

export interface EngineOptions<Outputs> {
  steps: readonly AnyStep<Outputs>[];
  /** Takes every event in order; resolves when it is as durable as it must be. A rejection stops the run. */
  record(event: StepEvent): Promise<void>;
  signal: AbortSignal;
}

export type EngineResult =
  | { status: 'ready' | 'ready-with-debts' | 'cancelled' }
  | { status: 'failed'; step: string; error: ErrorData };

type Ending = 'done' | 'degraded' | 'skipped' | 'failed' | 'cancelled';

/**
 * Executes a graph of steps: each starts as soon as all it needs or follows has ended. A critical step that
 * fails ends the run and cancels what is under way; any other one leaves a debt and what needs it is skipped.
 * Resolves when every step has ended; rejects only when events cannot be recorded.
 */
export async function execute<Outputs>(options: EngineOptions<Outputs>): Promise<EngineResult> {
  const { record } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const finished: Record<string, unknown> = {};
  const endings = new Map<string, Promise<Ending>>();
  let failure: { step: string; error: ErrorData } | undefined;

  const runStep = async (step: AnyStep<Outputs>): Promise<Ending> => {
    const before = await Promise.all(
      predecessors(step).map(async (id) => [id, await endings.get(id)] as const),
    );
    const missing = before.find(
      ([id, ending]) => ending !== 'done' && step.needs.some((need) => need === id),
    );
    if (missing !== undefined && !signal.aborted) {
      await record({ type: 'step.skipped', step: step.id, because: missing[0] });
      if (!step.critical) return 'skipped';
      failure ??= {
        step: step.id,
        error: new GreenroomError(
          'platform-rejected',
          `"${step.title}" needs the result of "${missing[0]}", which there is none of.`,
          'Settle the earlier step, then run again.',
        ).data,
      };
      stop.abort(new GreenroomError('cancelled', 'A critical step failed.', 'See the failed step.'));
      return 'skipped';
    }
    if (signal.aborted) {
      await record({ type: 'step.cancelled', step: step.id });
      return 'cancelled';
    }
    return await attemptStep(step, finished as Finished<Outputs>, signal, options, (error) => {
      failure ??= { step: step.id, error };
      stop.abort(new GreenroomError('cancelled', `"${step.title}" failed.`, 'See the failed step.'));
    });
  };

  for (const step of sortTopologically(options.steps)) {
    const ending = runStep(step);
    ending.catch((error: unknown) => stop.abort(error));
    endings.set(step.id, ending);
  }
  const settled = await Promise.allSettled(endings.values());
  const broken = settled.find((result) => result.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  if (failure !== undefined) return { status: 'failed', ...failure };
  if (options.signal.aborted) return { status: 'cancelled' };
  const ended = settled.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'));
  return { status: ended.every((ending) => ending === 'done') ? 'ready' : 'ready-with-debts' };
}

async function attemptStep<Outputs, Id extends keyof Outputs & string>(
  step: Step<Outputs, Id>,
  finished: Finished<Outputs>,
  signal: AbortSignal,
  { record }: EngineOptions<Outputs>,
  onCriticalFailure: (error: ErrorData) => void,
): Promise<Ending> {
  let attempts = 0;
  let adopted = false;
  // Details and waits are shown, not awaited: the queue keeps them in order with what must be durable.
  let shown: Promise<void> = Promise.resolve();
  const show = (event: StepEvent): void => {
    shown = shown.then(() => record(event));
    shown.catch(() => undefined);
  };
  const control = (attemptSignal: AbortSignal, attempt: number): StepControl => ({
    signal: attemptSignal,
    attempt,
    report: (detail) => show({ type: 'step.detail', step: step.id, detail }),
    waiting: (reason) =>
      show({ type: 'step.waiting', step: step.id, ...(reason === undefined ? {} : { reason }) }),
    made: (object) => record({ type: 'object.created', step: step.id, object }),
    adopted: () => (adopted = true),
  });
  try {
    const output = await withRetry(
      step.retry,
      step.timeoutMs,
      signal,
      {
        onRetry: (attempt, error, delayMs) =>
          show({ type: 'step.retry', step: step.id, attempt, error, delayMs }),
      },
      async (attemptSignal, attempt) => {
        attempts = attempt;
        await record({ type: 'step.started', step: step.id, attempt });
        const key = step.idempotencyKey?.(finished);
        if (key !== undefined) await record({ type: 'step.intent', step: step.id, attempt, key });
        return await raceAbort(step.run(finished, control(attemptSignal, attempt)), attemptSignal);
      },
    );
    (finished as Record<string, unknown>)[step.id] = output;
    await shown;
    const stored: StoredOutput = step.secret === true ? { secret: true } : { value: output };
    await record({ type: 'step.done', step: step.id, attempt: attempts, adopted, output: stored });
    return 'done';
  } catch (thrown) {
    await shown;
    if (signal.aborted) {
      await record({ type: 'step.cancelled', step: step.id });
      return 'cancelled';
    }
    const error = asGreenroomError(thrown, 'internal', 'Look in the log for details, then run again.');
    if (step.critical) {
      await record({ type: 'step.failed', step: step.id, attempt: attempts, error: error.data });
      onCriticalFailure(error.data);
      return 'failed';
    }
    const debt = (await step.debt?.(error, finished)) ?? {
      cause: error.message,
      consequence: `"${step.title}" is missing from the demo.`,
      remedy: error.data.next,
    };
    await record({ type: 'step.degraded', step: step.id, attempt: attempts, error: error.data, debt });
    return 'degraded';
  }
}
