export interface IdleOptions {
  /** True while somebody is connected or something is under way. */
  busy(): boolean;
  /** Milliseconds of rest after which the server may leave. Read at each check. */
  limitMs(): number;
  onIdle(): void;
  now?: () => number;
}

const LONGEST_CHECK_MS = 15_000;
const SHORTEST_CHECK_MS = 50;

export interface IdleWatch {
  /** Looks now instead of at the next check: something about the limit or the use has changed. */
  look(): void;
  stop(): void;
}

/** Calls `onIdle` once when nothing has happened for the limit. */
export function watchIdle(options: IdleOptions): IdleWatch {
  const { busy, limitMs, onIdle, now = () => performance.now() } = options;
  let restingSince = now();
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  function look(): void {
    clearTimeout(timer);
    if (over) return;
    const time = now();
    if (busy()) restingSince = time;
    if (time - restingSince >= limitMs()) {
      over = true;
      onIdle();
      return;
    }
    const wait = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, limitMs() / 10));
    timer = setTimeout(look, wait);
  }

  look();
  return {
    look,
    stop: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}
