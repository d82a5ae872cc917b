import type { Debt, ErrorData } from '../../../shared/protocol.ts';
import { asGreenroomError, GreenroomError } from '../../../shared/errors.ts';
import { raceAbort, settled } from '../../timing/abort.ts';
import type { StepEvent, StoredOutput } from './events.ts';
import { predecessors, sortTopologically } from './graph.ts';
import { withRetry } from './retry.ts';
import type { AnyStep, Finished, StepControl } from './step.ts';

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
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const finished: { [id: string]: unknown } = {};
  const endings = new Map<string, Promise<Ending>>();
  let failure: { step: string; error: ErrorData } | undefined;

  const record = async (event: StepEvent): Promise<void> => {
    try {
      await options.record(event);
    } catch (error) {
      throw new Unrecorded(error);
    }
  };

  const fail = (step: AnyStep<Outputs>, error: ErrorData): void => {
    failure ??= { step: step.id, error };
    stop.abort(new GreenroomError('cancelled', `"${step.title}" failed.`, 'See the failed step.'));
  };

  const runStep = async (step: AnyStep<Outputs>): Promise<Ending> => {
    for (const id of predecessors(step)) await endings.get(id);
    if (signal.aborted) {
      await record({ type: 'step.cancelled', step: step.id });
      return 'cancelled';
    }
    const missing = step.needs.find((id) => !(id in finished));
    if (missing !== undefined)
      return await skipStep(step, missing, finished as Finished<Outputs>, record, fail);
    return await attemptStep(step, finished as Finished<Outputs>, signal, record, fail);
  };

  for (const step of sortTopologically(options.steps)) {
    const ending = runStep(step);
    ending.catch((error: unknown) => stop.abort(error));
    endings.set(step.id, ending);
  }
  const settled = await Promise.allSettled(endings.values());
  const broken = settled.find((result) => result.status === 'rejected');
  if (broken !== undefined) throw broken.reason instanceof Unrecorded ? broken.reason.cause : broken.reason;
  if (failure !== undefined) return { status: 'failed', ...failure };
  if (options.signal.aborted) return { status: 'cancelled' };
  const ended = settled.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'));
  return { status: ended.every((ending) => ending === 'done') ? 'ready' : 'ready-with-debts' };
}

/** How long a step that was cut off may take to close what it holds. */
const CLOSING_MS = 15_000;

/** An event could not be recorded: no step's failure, but the end of the run. */
class Unrecorded extends Error {
  constructor(cause: unknown) {
    super('An event could not be recorded.', { cause });
  }
}

type Recorder = (event: StepEvent) => Promise<void>;
type Fail<Outputs> = (step: AnyStep<Outputs>, error: ErrorData) => void;

async function skipStep<Outputs>(
  step: AnyStep<Outputs>,
  because: string,
  finished: Finished<Outputs>,
  record: Recorder,
  fail: Fail<Outputs>,
): Promise<Ending> {
  const error = new GreenroomError(
    'not-found',
    `The result of "${because}" is missing.`,
    'Settle the earlier step, then run again.',
  );
  const debt = await debtOf(step, error, finished);
  await record({ type: 'step.skipped', step: step.id, because, ...(debt === undefined ? {} : { debt }) });
  if (step.critical) fail(step, error.data);
  return 'skipped';
}

async function attemptStep<Outputs>(
  step: AnyStep<Outputs>,
  finished: Finished<Outputs>,
  signal: AbortSignal,
  record: Recorder,
  fail: Fail<Outputs>,
): Promise<Ending> {
  let attempt = 0;
  let adopted = false;
  let owed: Debt | undefined;
  let work: Promise<unknown> = Promise.resolve();
  // Details and waits are shown, not awaited: the chain keeps them in order with what must be durable.
  let shown: Promise<void> = Promise.resolve();
  const show = (event: StepEvent): void => {
    shown = shown.then(() => record(event));
    shown.catch(() => undefined);
  };
  const control = (attemptSignal: AbortSignal): StepControl => ({
    signal: attemptSignal,
    attempt,
    report: (detail) => show({ type: 'step.detail', step: step.id, detail }),
    waiting: (reason) =>
      show({ type: 'step.waiting', step: step.id, ...(reason === undefined ? {} : { reason }) }),
    made: (object) => record({ type: 'object.created', step: step.id, object }),
    adopted: () => (adopted = true),
    owe: (debt) => (owed = debt),
  });
  const onRetry = (failed: number, error: ErrorData, delayMs: number): void =>
    show({ type: 'step.retry', step: step.id, attempt: failed, error, delayMs });

  try {
    const output = await withRetry(step.retry, step.timeoutMs, signal, { onRetry }, async (limit, count) => {
      attempt = count;
      [adopted, owed] = [false, undefined];
      await record({ type: 'step.started', step: step.id, attempt });
      const key = step.idempotencyKey?.(finished);
      if (key !== undefined) await record({ type: 'step.intent', step: step.id, attempt, key });
      work = step.run(finished, control(limit));
      return await raceAbort(work, limit);
    });
    (finished as { [id: string]: unknown })[step.id] = output;
    await shown;
    const stored: StoredOutput = step.secret === true ? { secret: true } : { value: output };
    if (owed === undefined) {
      await record({ type: 'step.done', step: step.id, attempt, adopted, output: stored });
      return 'done';
    }
    await record({ type: 'step.degraded', step: step.id, attempt, debt: owed, output: stored });
    return 'degraded';
  } catch (thrown) {
    if (thrown instanceof Unrecorded) throw thrown;
    // A step that was cut off may still be closing what it holds: the run must not end before it.
    await settled(work, CLOSING_MS);
    await shown;
    if (signal.aborted) {
      await record({ type: 'step.cancelled', step: step.id });
      return 'cancelled';
    }
    const error = asGreenroomError(thrown, 'internal', 'Look in the log for details, then run again.');
    if (step.critical) {
      await record({ type: 'step.failed', step: step.id, attempt, error: error.data });
      fail(step, error.data);
      return 'failed';
    }
    const debt = (await debtOf(step, error, finished)) ?? {
      cause: error.message,
      consequence: `"${step.title}" is missing from the demo.`,
      remedy: error.data.next,
    };
    await record({ type: 'step.degraded', step: step.id, attempt, error: error.data, debt });
    return 'degraded';
  }
}

/** What the step says is owed. Where it cannot say, its own failure still counts, and the run goes on. */
async function debtOf<Outputs>(
  step: AnyStep<Outputs>,
  error: GreenroomError,
  finished: Finished<Outputs>,
): Promise<Debt | undefined> {
  try {
    return await step.debt?.(error, finished);
  } catch {
    return undefined;
  }
}
