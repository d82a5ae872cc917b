import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const QUIET_MS = 2_000;

/**
 * Gives memory back once the server has been at rest for two seconds: V8 keeps what start-up and a run have left
 * until it needs room, which a resting server never does.
 */
export function watchRest(atRest: () => boolean): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const collect = (): void => {
    if (!atRest()) return;
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;
    gc({ type: 'major', flavor: 'last-resort' });
  };
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(collect, QUIET_MS).unref();
  };
  look();
  return { look, stop: () => clearTimeout(timer) };
}
