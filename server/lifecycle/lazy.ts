import { type GreenroomError, toErrorData } from '../../shared/errors.ts';
import type { ServiceHealth } from '../../shared/protocol.ts';

/** A service that loads at its first use. */
export interface Lazy<T> {
  /** Loads it, single-flight. A failure is kept for {@link health}; the next call tries again. */
  get(): Promise<T>;
  /** The service if it is loaded; loads nothing. */
  peek(): T | undefined;
  health(): Pick<ServiceHealth, 'state' | 'detail'>;
  /** Disposes of it if it was loaded or is loading; afterwards it cannot be loaded. */
  dispose(): Promise<void>;
}

/** `closed` makes the error of a use after disposal. */
export function createLazy<T>(
  load: () => Promise<T>,
  unload: (value: T) => Promise<void> | void,
  closed: () => GreenroomError,
): Lazy<T> {
  let loading: Promise<T> | undefined;
  let value: { it: T } | undefined;
  let problem: string | undefined;
  let disposed = false;

  async function start(): Promise<T> {
    try {
      value = { it: await load() };
      problem = undefined;
      return value.it;
    } catch (error) {
      problem = toErrorData(error).message;
      loading = undefined;
      throw error;
    }
  }

  return {
    get: () => {
      if (disposed) return Promise.reject(closed());
      return (loading ??= start());
    },
    peek: () => value?.it,
    health: () => {
      if (value !== undefined) return { state: 'ready' };
      return problem === undefined ? { state: 'not-loaded' } : { state: 'failed', detail: problem };
    },
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      const it = await loading?.catch(() => undefined);
      if (it !== undefined) await unload(it);
    },
  };
}
