import type { Logger } from 'pino';

/** Work that goes on after its request was answered. All of it ends when the platform stops. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Aborts when the platform stops. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Starts `work`, which ends with `until`, too, and logs it when it fails. */
  start(what: string, until: AbortSignal, work: (signal: AbortSignal) => Promise<void>): void {
    const signal = AbortSignal.any([this.signal, until]);
    if (signal.aborted) return;
    const running = work(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#logger.error({ err: error }, `${what} failed`);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Aborts all work and resolves when it has ended. */
  async end(): Promise<void> {
    this.#stop.abort(new Error('The sandbox is stopping.'));
    await Promise.all(this.#running);
  }
}
