import { identify, isRunning, killTree } from './processIdentity.ts';
import type { ProcessIdentity } from './processIdentity.ts';

/** One way to end something, milder ones first. */
export interface Rung {
  name: string;
  /** How long this rung may take before the next is tried, in milliseconds. */
  deadlineMs: number;
  climb(): Promise<unknown> | void;
}

export const CLOSE_MS = { page: 5_000, context: 5_000, browser: 10_000, term: 2_000, kill: 2_000 } as const;

/**
 * Tries rung after rung until `ended` resolves. A rung's own promise is never waited for beyond its deadline, and
 * a rung that throws is simply one that did not help. Resolves with the name of the rung that ended it, with 'none'
 * when it had ended before, or with undefined when it goes on.
 */
export async function climbLadder(
  rungs: readonly Rung[],
  ended: Promise<unknown>,
): Promise<string | undefined> {
  if (await settlesWithin(ended, 0)) return 'none';
  for (const rung of rungs) {
    void Promise.resolve()
      .then(() => rung.climb())
      .catch(() => undefined);
    if (await settlesWithin(ended, rung.deadlineMs)) return rung.name;
  }
  return undefined;
}

/** True when `promise` settles, either way, within `ms`. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)));
  try {
    return await Promise.race([
      promise.then(
        () => true,
        () => true,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** The last two rungs for a browser whose pid is known. A browser that ended is never signalled by its old pid. */
export function killRungs(pid: number): Rung[] {
  return [
    { name: 'SIGTERM', deadlineMs: CLOSE_MS.term, climb: () => killTree(pid, 'SIGTERM') },
    { name: 'SIGKILL', deadlineMs: CLOSE_MS.kill, climb: () => killTree(pid, 'SIGKILL') },
  ];
}

/**
 * Ends a browser that is not our child, from outside: SIGTERM, then SIGKILL of its process group. Does nothing to
 * a process that merely has the same pid. Resolves with whether it is gone.
 */
export async function endStray(browser: ProcessIdentity, termMs: number): Promise<boolean> {
  if (await isRunning(browser)) {
    await killTree(browser.pid, 'SIGTERM');
    if (!(await goneWithin(browser, termMs))) {
      await killTree(browser.pid, 'SIGKILL');
      if (!(await goneWithin(browser, CLOSE_MS.kill))) return false;
    }
  }
  // Children outlive their browser for a moment. While a group has members, its id is given to no new process.
  if ((await identify(browser.pid)) === undefined) await killTree(browser.pid, 'SIGKILL');
  return true;
}

async function goneWithin(browser: ProcessIdentity, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (await isRunning(browser)) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
