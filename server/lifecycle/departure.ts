import { GreenroomError } from '../../shared/errors.ts';

/** How a server ends: it takes no new work, lets go of what runs, and leaves once. */
export interface Departure {
  /** True from the moment the end is decided. */
  readonly draining: boolean;
  /** Why, once draining. */
  readonly reason: string | undefined;
  /** Takes no new work and leaves when the running work has ended, however long it takes. */
  drain(reason: string): void;
  /** Takes no new work and leaves when the running work has ended, at the latest after `graceMs`. */
  stop(reason: string, graceMs: number): void;
  /** Throws `draining` once the end is decided. */
  admit(): void;
  /** Resolves with the reason when it is time to go. */
  readonly due: Promise<string>;
}

const POLL_MS = 50;

export function createDeparture(options: {
  /** Runs, jobs and tasks under way. */
  activeWork(): number;
  /** Called once, when draining begins. */
  onDraining(): void;
  now?: () => number;
}): Departure {
  const { activeWork, onDraining, now = () => performance.now() } = options;
  const { promise: due, resolve } = Promise.withResolvers<string>();
  let reason: string | undefined;
  let leaveAt = Infinity;
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    if (reason === undefined || (activeWork() > 0 && now() < leaveAt)) return;
    clearInterval(timer);
    resolve(reason);
  }

  function begin(why: string, graceMs: number): void {
    const first = reason === undefined;
    reason ??= why;
    leaveAt = Math.min(leaveAt, now() + graceMs);
    if (first) onDraining();
    // The next turn: whoever asked gets an answer before the connection closes.
    timer ??= setInterval(check, POLL_MS);
  }

  return {
    get draining() {
      return reason !== undefined;
    },
    get reason() {
      return reason;
    },
    drain: (why) => begin(why, Infinity),
    stop: begin,
    admit: () => {
      if (reason === undefined) return;
      throw new GreenroomError(
        'draining',
        'The server is leaving and takes no new work.',
        'Try again in a few seconds: a new server starts by itself.',
        { retryable: true },
      );
    },
    due,
  };
}
