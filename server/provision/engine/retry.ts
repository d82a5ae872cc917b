import {
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { ErrorData } from '../../../shared/protocol.ts';
import { asGreenroomError, GreenroomError, isGreenroomError, toErrorData } from '../../../shared/errors.ts';
import { raceAbort } from '../../timing/abort.ts';
import type { RetryPolicy } from './step.ts';

const FACTOR = 1.5;
const MAX_DELAY_MS = 4_000;
/** A service that asks for more patience than this has, for a demo, failed. */
const MAX_RETRY_AFTER_MS = 60_000;

/** The wait before the next attempt: what the service asked for, else exponential with ±20 % jitter. */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  error: unknown,
  random = Math.random,
): number {
  const asked = isGreenroomError(error) ? error.data.facts?.['retryAfterMs'] : undefined;
  if (typeof asked === 'number') return Math.min(asked, MAX_RETRY_AFTER_MS);
  const base = Math.min(policy.delayMs * FACTOR ** (attempt - 1), MAX_DELAY_MS);
  return Math.round(base * (0.8 + 0.4 * random()));
}

export interface AttemptHooks {
  onRetry(attempt: number, error: ErrorData, delayMs: number): void;
}

/**
 * Runs `work` with a time limit for each attempt, again while its error is retryable and attempts are left.
 * Rejects with a GreenroomError: `deadline` when the last attempt ran out of time.
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  timeoutMs: number,
  signal: AbortSignal,
  hooks: AttemptHooks,
  work: (signal: AbortSignal, attempt: number) => Promise<T>,
): Promise<T> {
  let attempt = 0;
  const again = retry(
    handleWhen((error) => !signal.aborted && toErrorData(error).retryable),
    {
      maxAttempts: policy.attempts - 1,
      backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) => {
        const error = 'error' in context.result ? context.result.error : undefined;
        const delayMs = retryDelay(policy, attempt, error);
        hooks.onRetry(attempt, toErrorData(error), delayMs);
        return delayMs;
      }),
    },
  ).dangerouslyUnref();
  const limited = timeout(timeoutMs, TimeoutStrategy.Aggressive);
  try {
    // cockatiel sleeps through an abort between two attempts: the race does not, and the late attempt does nothing.
    const result = wrap(again, limited).execute(async (context) => {
      signal.throwIfAborted();
      attempt += 1;
      try {
        return await work(context.signal, attempt);
      } catch (error) {
        throw context.signal.aborted ? tooLong(timeoutMs, error) : error;
      }
    }, signal);
    return await raceAbort(result, signal);
  } catch (error) {
    if (signal.aborted) throw asGreenroomError(signal.reason, 'cancelled', 'Start the run again.');
    throw error instanceof TaskCancelledError ? tooLong(timeoutMs, error) : error;
  }
}

function tooLong(timeoutMs: number, cause: unknown): GreenroomError {
  return new GreenroomError(
    'deadline',
    `It took longer than ${Math.round(timeoutMs / 1000)} seconds.`,
    'Try again; if it keeps happening, look in the report for what it waited for.',
    { cause },
  );
}
