const QUIET_MS = 2_000;

/**
 * Gives memory back once the server has been at rest for two seconds: V8 keeps what start-up and a run have left
 * until it needs room, which a resting server never does. Does nothing in a process without `--expose-gc`.
 */
export function watchRest(atRest: () => boolean): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const collect = (): void => {
    if (atRest()) void globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' });
  };
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(collect, QUIET_MS).unref();
  };
  look();
  return { look, stop: () => clearTimeout(timer) };
}
