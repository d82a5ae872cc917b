import { circuitBreaker, ExponentialBackoff, handleWhen, retry, wrap } from 'cockatiel';
import type { CircuitBreakerPolicy, IBreaker, IPolicy } from 'cockatiel';
import { isGreenroomError } from '../../shared/errors.ts';

export interface LaunchLimits {
  /** Further tries after a failure that another try may mend. */
  retries: number;
  firstDelayMs: number;
  /** Failures within the window that stop launching for a while. */
  failures: number;
  windowMs: number;
  openMs: number;
}

export const LAUNCH_LIMITS: LaunchLimits = {
  retries: 2,
  firstDelayMs: 500,
  failures: 3,
  windowMs: 60_000,
  openMs: 30_000,
};

/**
 * Opens after so many failures within a window. Cockatiel's own sampling breaker moves its window by calls, not by
 * time, when calls are as rare as launches.
 */
function failuresWithin(count: number, windowMs: number): IBreaker {
  return {
    state: [] as number[],
    success() {
      this.state = [];
    },
    failure() {
      const now = Date.now();
      const recent = (this.state as number[]).filter((at) => now - at < windowMs).concat(now);
      this.state = recent.slice(-count);
      return recent.length >= count;
    },
  };
}

/** Retries a launch, and stops trying for a while when it keeps failing. */
export function launchPolicy(limits: LaunchLimits): { policy: IPolicy; breaker: CircuitBreakerPolicy } {
  const launchFailed = (error: unknown): boolean =>
    isGreenroomError(error) && error.code === 'browser-launch-failed';
  const breaker = circuitBreaker(handleWhen(launchFailed), {
    halfOpenAfter: limits.openMs,
    breaker: failuresWithin(limits.failures, limits.windowMs),
  });
  const again = retry(
    handleWhen((error) => launchFailed(error) && isGreenroomError(error) && error.data.retryable),
    {
      maxAttempts: limits.retries,
      backoff: new ExponentialBackoff({ initialDelay: limits.firstDelayMs, maxDelay: 5_000 }),
    },
  );
  return { policy: wrap(again, breaker), breaker };
}
