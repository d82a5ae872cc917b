import { GreenroomError, isGreenroomError } from '../../shared/errors.ts';
import type { PoolInfo } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';

const AGAIN = 'Start it again; the next session gets a new browser.';

export function browserCrashed(why: string): GreenroomError {
  return new GreenroomError('browser-crashed', `The browser is gone: ${why}.`, AGAIN);
}

export function pageCrashed(cause: unknown): GreenroomError {
  const next =
    'Try it again in a new page. If it crashes each time, the website is too heavy for this machine.';
  return new GreenroomError('page-crashed', 'The page crashed; the browser lives on.', next, { cause });
}

export function sessionClosed(why: string): GreenroomError {
  return new GreenroomError(
    'session-closed',
    `The session was closed ${why}.`,
    'Start it again if it was not you.',
  );
}

export function sessionDeadline(ms: number): GreenroomError {
  return new GreenroomError(
    'deadline',
    `The session reached its deadline of ${formatDuration(ms)}.`,
    'Start it again, or raise its deadline in the settings.',
    { facts: { deadlineMs: ms } },
  );
}

/** The caller's own reason where it gave a typed one. */
export function cancelled(signal: AbortSignal): GreenroomError {
  if (isGreenroomError(signal.reason)) return signal.reason;
  return new GreenroomError('cancelled', 'It was cancelled.', 'Start it again when you need it.');
}

export function draining(): GreenroomError {
  return new GreenroomError(
    'draining',
    'The browser engine is closing.',
    'Try again in a moment, with the new server.',
  );
}

export function waitOutlasted(pool: PoolInfo, waitedMs: number): GreenroomError {
  return new GreenroomError(
    'exhausted',
    `No page became free within ${formatDuration(waitedMs)}: ${pool.leased} of ${pool.capacity} are in use.`,
    'Close a session you no longer need, or raise greenroom.browser.maxPages.',
    { facts: { ...pool, waitedMs } },
  );
}

export function queueFull(pool: PoolInfo, maxQueue: number): GreenroomError {
  return new GreenroomError(
    'queue-full',
    `All ${pool.capacity} pages are in use and ${pool.waiting} sessions wait already.`,
    'Try again when some have ended, or raise greenroom.browser.maxQueue.',
    { facts: { ...pool, maxQueue } },
  );
}

export function beyondSlots(pages: number): GreenroomError {
  return new GreenroomError(
    'exhausted',
    `The session has ${pages === 1 ? 'one page' : `${pages} pages`} and all are open.`,
    'Close a page first, or ask for a session with more pages.',
    { facts: { capacity: pages, leased: pages }, retryable: false },
  );
}

export function tooManyPages(pages: number, capacity: number): GreenroomError {
  return new GreenroomError(
    'invalid-input',
    `A session of ${pages} pages was asked for; it takes 1 to ${capacity}.`,
    'Ask for fewer pages, or raise greenroom.browser.maxPages.',
    { field: 'pages', facts: { capacity } },
  );
}
