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

/** Calls `onIdle` once when nothing has happened for the limit. Returns the way to stop watching. */
export function watchIdle(options: IdleOptions): () => void {
  const { busy, limitMs, onIdle, now = () => performance.now() } = options;
  let restingSince = now();
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    const time = now();
    if (busy()) restingSince = time;
    if (time - restingSince >= limitMs()) {
      onIdle();
      return;
    }
    schedule();
  }

  function schedule(): void {
    const wait = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, limitMs() / 10));
    timer = setTimeout(check, wait);
  }

  schedule();
  return () => clearTimeout(timer);
}
