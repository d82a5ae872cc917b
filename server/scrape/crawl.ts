import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { GreenroomError, isGreenroomError } from '../../shared/errors.ts';
import type { BrowserSession } from '../browser/backend.ts';
import type { Extractor } from './extractor.ts';
import { Frontier, type Candidate } from './frontier.ts';
import type { ReadPage } from './page.ts';
import { openReadingPage, readPage, requireHttpUrl, throwIfAborted, type PageOutcome } from './readPage.ts';
import { closePage } from './render.ts';
import { readRobots, userAgent, type Robots } from './robots.ts';
import { isPrivateHost, isSameSite } from './urls.ts';

export interface CrawlOptions {
  /** Home page of the website. */
  url: string;
  /** Pages to read at most, the home page included. */
  maxPages: number;
  signal: AbortSignal;
  /** Links away from the home page. Default 2. */
  maxDepth?: number;
  /** Pages open at once; the session must hold as many slots. Default 3; public websites never see more than 2. */
  concurrency?: number;
  /** Default 20 000. */
  pageTimeoutMs?: number;
  /** After it the crawl ends with what it has. Default 120 000. */
  deadlineMs?: number;
  /** Default: Greenroom's own. */
  agent?: string;
  /** Pages read so far, pages expected in all, and the address read last. */
  onProgress?: (done: number, total: number, url: string) => void;
}

export interface Crawl {
  /** Home page first, then in the order they were asked for, whichever came first: the same site reads the same. */
  pages: ReadPage[];
  failed: { url: string; reason: string }[];
}

/** Least pause between two requests to a public website. */
const PUBLIC_DELAY_MS = 250;
const PUBLIC_CONCURRENCY = 2;

/**
 * Reads a website's home page and the most promising pages it links to, several at once in one browser session. Obeys
 * robots.txt. A page that fails is listed and spoils nothing. Errors: `invalid-input`; when the home page can't be read
 * `not-found`, `unauthorized` (refused, or closed to robots), `deadline` or `network`; `cancelled` or the session's reason.
 */
export async function crawlSite(
  session: BrowserSession,
  extractor: Extractor,
  logger: Logger,
  options: CrawlOptions,
): Promise<Crawl> {
  const home = requireHttpUrl(options.url, 'website');
  const signal = AbortSignal.any([options.signal, session.signal]);
  throwIfAborted(signal);
  const robots = await readRobots(home, options.agent ?? userAgent('0'), signal).catch((error: unknown) => {
    throwIfAborted(signal);
    throw error;
  });
  if (!robots.allows(home.href)) {
    throw homeError('unauthorized', `${home.host} does not allow robots to read its home page.`);
  }
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort();
  }, options.deadlineMs ?? 120_000);
  try {
    return await new SiteCrawl(session, extractor, logger, options, home, robots, signal, over.signal).run();
  } finally {
    clearTimeout(timer);
  }
}

/** The state of one crawl. */
class SiteCrawl {
  readonly #pages: ReadPage[] = [];
  readonly #turns = new Map<ReadPage, number>();
  readonly #failed: Crawl['failed'] = [];
  readonly #contents = new Set<string>();
  readonly #session: BrowserSession;
  readonly #extractor: Extractor;
  readonly #logger: Logger;
  readonly #options: CrawlOptions;
  readonly #home: URL;
  readonly #robots: Robots;
  readonly #cancel: AbortSignal;
  readonly #over: AbortSignal;
  readonly #stop: AbortSignal;
  #frontier: Frontier;
  #running = 0;
  #attempts = 0;
  #nextStartAt = 0;
  #changed = Promise.withResolvers<void>();

  constructor(
    session: BrowserSession,
    extractor: Extractor,
    logger: Logger,
    options: CrawlOptions,
    home: URL,
    robots: Robots,
    cancel: AbortSignal,
    over: AbortSignal,
  ) {
    this.#session = session;
    this.#extractor = extractor;
    this.#logger = logger;
    this.#options = options;
    this.#home = home;
    this.#robots = robots;
    this.#cancel = cancel;
    this.#over = over;
    this.#stop = AbortSignal.any([cancel, over]);
    this.#frontier = new Frontier(home, options.maxDepth ?? 2);
  }

  async run(): Promise<Crawl> {
    await this.#readHome();
    const wanted = this.#options.concurrency ?? 3;
    const atOnce = isPrivateHost(this.#home.hostname) ? wanted : Math.min(wanted, PUBLIC_CONCURRENCY);
    await Promise.all(Array.from({ length: atOnce }, () => this.#work()));
    throwIfAborted(this.#cancel);
    const turn = (page: ReadPage): number => this.#turns.get(page) ?? 0;
    return { pages: this.#pages.toSorted((a, b) => turn(a) - turn(b)), failed: this.#failed };
  }

  async #readHome(): Promise<void> {
    const page = await openReadingPage(this.#session);
    let outcome: PageOutcome;
    try {
      outcome = await readPage(page, this.#home.href, this.#extractor, this.#readOptions());
    } catch (error) {
      throwIfAborted(this.#cancel);
      if (this.#over.aborted)
        throw homeError('deadline', `${this.#home.host} did not send its home page in time.`);
      throw isGreenroomError(error)
        ? error
        : homeError('network', `Reading ${this.#home.host} failed.`, error);
    } finally {
      await closePage(page);
    }
    if (outcome.outcome !== 'ok') throw homeError(HOME_ERRORS[outcome.outcome], outcome.reason);
    // The address a person typed may lead to the company's real one.
    this.#frontier = new Frontier(new URL(outcome.page.finalUrl), this.#options.maxDepth ?? 2);
    this.#keep(outcome, 0, 0);
  }

  async #work(): Promise<void> {
    let page = undefined as Awaited<ReturnType<typeof openReadingPage>> | undefined;
    for (;;) {
      const candidate = await this.#take();
      if (candidate === undefined) break;
      try {
        page ??= await openReadingPage(this.#session);
        const outcome = await readPage(page, candidate.url, this.#extractor, this.#readOptions());
        if (outcome.outcome === 'ok') this.#keep(outcome, candidate.depth, candidate.turn);
        else this.#fail(candidate.url, outcome.reason);
        if (/^(timeout|network-error|unsupported-type)$/.test(outcome.outcome)) {
          // Whatever still loads in it, or the browser's own error page, must not disturb the next one.
          await closePage(page);
          page = undefined;
        }
      } catch (error) {
        if (page !== undefined) await closePage(page);
        page = undefined;
        if (this.#cancel.aborted) break;
        this.#fail(
          candidate.url,
          this.#over.aborted ? 'There was no time left for this page.' : sentence(error),
        );
      } finally {
        this.#running--;
        this.#wake();
      }
    }
    if (page !== undefined) await closePage(page);
  }

  /** The next page to read; waits while others may still find links. Undefined when the crawl is over. */
  async #take(): Promise<(Candidate & { turn: number }) | undefined> {
    for (;;) {
      const { maxPages } = this.#options;
      if (this.#stop.aborted || this.#pages.length >= maxPages || this.#attempts >= maxPages * 3)
        return undefined;
      const room = this.#pages.length + this.#running < maxPages;
      const candidate = room ? this.#frontier.next() : undefined;
      if (candidate !== undefined) {
        this.#running++;
        const turn = ++this.#attempts;
        await this.#courtesy();
        if (!this.#stop.aborted) return { ...candidate, turn };
        this.#running--;
        this.#wake();
        return undefined;
      }
      if (this.#running === 0) return undefined;
      await this.#changed.promise;
    }
  }

  /** Waits until the website may be asked again. */
  async #courtesy(): Promise<void> {
    const least = isPrivateHost(this.#home.hostname) ? 0 : PUBLIC_DELAY_MS;
    const delay = Math.max(least, this.#robots.delayMs);
    const now = performance.now();
    const startAt = Math.max(now, this.#nextStartAt);
    this.#nextStartAt = startAt + delay;
    if (startAt > now) await pause(startAt - now, this.#stop);
  }

  #keep(outcome: PageOutcome & { outcome: 'ok' }, depth: number, turn: number): void {
    const { page, anchors, canonical } = outcome;
    const isHome = this.#pages.length === 0;
    if (!isHome && !isSameSite(page.finalUrl, this.#pages[0]?.finalUrl ?? this.#home)) {
      this.#fail(page.url, 'It leads to another website.');
      return;
    }
    const content = createHash('sha256').update(page.text).digest('base64');
    const moved = !isHome && page.finalUrl !== page.url && !this.#known(page.url, page.finalUrl);
    const doubled =
      canonical !== undefined && isSameSite(canonical, this.#home) && !this.#known(page.finalUrl, canonical);
    if (this.#contents.has(content) || (!isHome && (moved || doubled))) {
      this.#logger.debug({ url: page.url }, 'left out a page that was read under another address');
      return;
    }
    this.#contents.add(content);
    this.#pages.push(page);
    this.#turns.set(page, turn);
    this.#frontier.add(anchors, depth + 1, (url) => this.#robots.allows(url));
    // The page just read still counts as running, except for the home page.
    const others = Math.max(0, this.#running - 1) + this.#frontier.size;
    const expected = Math.min(this.#options.maxPages, this.#pages.length + others);
    this.#options.onProgress?.(this.#pages.length, Math.max(expected, this.#pages.length), page.url);
  }

  /** True when `other` is the page's own address in another spelling, or an address not met before. */
  #known(url: string, other: string): boolean {
    return this.#frontier.isSame(url, other) || this.#frontier.mark(other);
  }

  #fail(url: string, reason: string): void {
    this.#failed.push({ url, reason });
    this.#logger.debug({ url, reason }, 'a page of the website could not be read');
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  #readOptions(): { signal: AbortSignal; timeoutMs: number } {
    return { signal: this.#stop, timeoutMs: this.#options.pageTimeoutMs ?? 20_000 };
  }
}

const HOME_ERRORS = {
  empty: 'not-found',
  'not-found': 'not-found',
  blocked: 'unauthorized',
  timeout: 'deadline',
  'network-error': 'network',
  'unsupported-type': 'not-found',
} as const;

function homeError(
  code: 'network' | 'not-found' | 'unauthorized' | 'deadline',
  message: string,
  cause?: unknown,
) {
  return new GreenroomError(code, message, 'Check the website address in a browser, or give another one.', {
    field: 'website',
    ...(cause === undefined ? {} : { cause }),
  });
}

function sentence(error: unknown): string {
  if (isGreenroomError(error)) return error.message;
  const first = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return /crash/i.test(first) ? 'The page crashed the browser tab.' : `It could not be read: ${first}`;
}

/** Resolves after `ms`, or at once when `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
