import { setImmediate as nextTask } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import { isGreenroomError } from '../../shared/errors.ts';
import { raceAbort } from '../timing/abort.ts';
import type { BrowserSession, ContextLease } from './backend.ts';
import { beyondSlots, browserCrashed, pageCrashed, sessionClosed } from './browserErrors.ts';
import { settlesWithin } from './closeLadder.ts';

const ACTION_MS = 5_000;
const NAVIGATION_MS = 30_000;
/** A dead browser's calls fail before its end is announced; no longer than this. */
const REASON_MS = 1_000;
/** How a navigation fails when its renderer dies, some time before the page's crash is announced. */
const ABORTED = /net::ERR_ABORTED|crashed/;

export interface OpenedSessionOptions {
  id: string;
  /** Pages it may have open at once. */
  slots: number;
  lease: ContextLease;
  signal: AbortSignal;
  /** Ends the session; `reason` becomes the signal's. Resolves when everything is closed. */
  end(reason: Error): Promise<void>;
  onChange(): void;
}

/** An open session: a context with its pages, seen by the one who asked for it. */
export class OpenedSession implements BrowserSession {
  readonly id: string;
  readonly epoch: number;
  readonly context: BrowserContext;
  readonly signal: AbortSignal;
  readonly #options: OpenedSessionOptions;
  /** Pages from `newPage`; any other is a popup. */
  readonly #own = new Set<Page>();
  readonly #opening = new Set<symbol>();
  #crashes = 0;
  #crashed = Promise.withResolvers<void>();

  constructor(options: OpenedSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.epoch = options.lease.epoch;
    this.context = options.lease.context;
    this.signal = options.signal;
    this.context.setDefaultTimeout(ACTION_MS);
    this.context.setDefaultNavigationTimeout(NAVIGATION_MS);
    this.context.on('page', (page) => this.#watch(page));
    this.context.on('framenavigated', (frame) => {
      if (frame === frame.page().mainFrame()) options.onChange();
    });
    this.context.on('close', () => void this.#contextClosed());
  }

  get pages(): readonly Page[] {
    return this.context.pages().filter((page) => !page.isClosed());
  }

  /** Address of the newest page that has one. */
  get url(): string | undefined {
    return this.pages.map((page) => page.url()).findLast((url) => url !== '' && url !== 'about:blank');
  }

  async newPage(): Promise<Page> {
    this.signal.throwIfAborted();
    if (this.#own.size + this.#opening.size >= this.#options.slots) throw beyondSlots(this.#options.slots);
    const token = Symbol();
    this.#opening.add(token);
    const opening = this.context.newPage();
    // One that comes too late is closed with its context.
    opening.catch(() => undefined);
    // Playwright sets no limit. Ending the session leads to the close ladder, which finds out whether the browser hangs.
    const timer = setTimeout(
      () => void this.#options.end(browserCrashed('it did not open a page in time')),
      NAVIGATION_MS,
    );
    try {
      const page = await raceAbort(opening, this.signal);
      this.#own.add(page);
      page.once('close', () => this.#own.delete(page));
      if (page.isClosed()) this.#own.delete(page);
      return page;
    } catch (error) {
      throw await this.#explain(error, this.#crashes);
    } finally {
      clearTimeout(timer);
      this.#opening.delete(token);
      this.#closeSurplus();
    }
  }

  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const crashes = this.#crashes;
    try {
      const working = work(this.signal);
      working.catch(() => undefined);
      return await raceAbort(working, this.signal);
    } catch (error) {
      throw await this.#explain(error, crashes);
    }
  }

  close(): Promise<void> {
    return this.#options.end(sessionClosed('by its owner'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watch(page: Page): void {
    page.once('crash', () => {
      this.#crashes += 1;
      this.#crashed.resolve();
      this.#crashed = Promise.withResolvers<void>();
      this.#own.delete(page);
      // Its slot is free at once; what is left of it closes in the background.
      page.close().catch(() => undefined);
      this.#options.onChange();
    });
    page.once('close', () => this.#options.onChange());
    this.#closeSurplus();
    this.#options.onChange();
  }

  /** Popups live in slots that are free. Beyond them they are closed: the bound on pages is a promise to the machine. */
  #closeSurplus(): void {
    if (this.#opening.size > 0) return;
    const popups = this.pages.filter((page) => !this.#own.has(page));
    const allowed = Math.max(0, this.#options.slots - this.#own.size);
    for (const popup of popups.slice(allowed)) popup.close().catch(() => undefined);
  }

  /** Somebody closed the context itself. When the browser is gone, its crash is the reason, announced apart. */
  async #contextClosed(): Promise<void> {
    if (await settlesWithin(this.#aborted(), this.#disconnected() ? REASON_MS : 0)) return;
    await this.#options.end(sessionClosed('together with its browser context'));
  }

  /** The reason a person understands for an error out of the browser. */
  async #explain(error: unknown, crashesBefore: number): Promise<unknown> {
    // The event that explains an error may be in the queue behind it.
    await nextTask();
    if (this.signal.aborted) return this.signal.reason;
    if (isGreenroomError(error)) return error;
    if (ABORTED.test(String(error))) await settlesWithin(this.#crashed.promise, REASON_MS);
    if (this.#crashes > crashesBefore) return pageCrashed(error);
    if (this.#disconnected() || this.context.isClosed()) {
      if (await settlesWithin(this.#aborted(), REASON_MS)) return this.signal.reason;
    }
    return error;
  }

  #disconnected(): boolean {
    return this.context.browser()?.isConnected() === false;
  }

  #aborted(): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}
