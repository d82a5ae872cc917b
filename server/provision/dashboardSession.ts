import type { Page } from 'playwright';
import type { BrowserSession, Browsers, SessionRequest } from '../browser/backend.ts';
import type { Dashboard } from '../platforms/platform.ts';

/**
 * The one browser session that all dashboard tasks of a run share: one window, one log-in. Tasks take turns. If
 * the session is lost (a crash, a person closed it), the next task opens another one and logs in again.
 */
export class DashboardSession {
  readonly #browsers: Browsers;
  readonly #request: SessionRequest;
  #open: { session: BrowserSession; page: Page } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(browsers: Browsers, request: SessionRequest) {
    this.#browsers = browsers;
    this.#request = request;
  }

  /** Runs `task` in the page, logged in. `onWait` says what is being waited for, and when that is over. */
  async use<T>(
    dashboard: Dashboard,
    signal: AbortSignal,
    onWait: (reason: string | undefined) => void,
    task: (page: Page, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const previous = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    try {
      await previous;
      signal.throwIfAborted();
      const { session, page } = await this.#ready(signal, onWait);
      return await session.run(async (sessionSignal) => {
        const both = AbortSignal.any([signal, sessionSignal]);
        await dashboard.logIn(page, both);
        return await task(page, both);
      });
    } finally {
      turn.resolve();
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.session.close();
  }

  async #ready(
    signal: AbortSignal,
    onWait: (reason: string | undefined) => void,
  ): Promise<{ session: BrowserSession; page: Page }> {
    if (this.#open !== undefined && !this.#open.session.signal.aborted && !this.#open.page.isClosed()) {
      return this.#open;
    }
    await this.close();
    onWait('a browser session');
    // The task's signal ends the opening, but not the session: that is the next task's as well.
    const opening = new AbortController();
    const onAbort = (): void => opening.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#open = await this.#opened(opening.signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    onWait(undefined);
    return this.#open;
  }

  async #opened(opening: AbortSignal): Promise<{ session: BrowserSession; page: Page }> {
    const { signal } = this.#request;
    const session = await this.#browsers.open({
      ...this.#request,
      signal: signal === undefined ? opening : AbortSignal.any([signal, opening]),
    });
    try {
      return { session, page: await session.newPage() };
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}
