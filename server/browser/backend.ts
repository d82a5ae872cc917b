import type { BrowserContext, BrowserContextOptions, Page } from 'playwright';
import type { BrowserInfo, PoolInfo, Session } from '../../shared/protocol.ts';

/** What a caller states to get a session. */
export interface SessionRequest {
  /** What it is for, as a person would say it. */
  purpose: string;
  /** Id of the run or job that owns it. */
  owner: string;
  tenant: string;
  /** Page slots it holds for its whole life; `newPage` beyond them fails and popups beyond them are closed. Default 1. */
  pages?: number;
  /** Life of the session once opened, in milliseconds. Default 300 000. */
  deadlineMs?: number;
  /** Longest wait for free slots, counted from the request. Default 120 000. */
  queueTimeoutMs?: number;
  /** Ends the wait, or the session with all its pages, at once. */
  signal?: AbortSignal;
  contextOptions?: BrowserContextOptions;
}

/** A lease on one browser context. Everything it made is closed when it ends, whatever ended it. */
export interface BrowserSession extends AsyncDisposable {
  readonly id: string;
  readonly epoch: number;
  readonly context: BrowserContext;
  /** Aborts with a typed error when the session ends: deadline, cancel, close, crash. */
  readonly signal: AbortSignal;
  /** Opens a page in one of the session's slots. Errors: `exhausted` beyond them, or the reason the session ended. */
  newPage(): Promise<Page>;
  /**
   * Runs `work` and rejects with the session's own typed reason as soon as the session ends, however late
   * `work` notices. Errors of closed pages are mapped to that reason.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Idempotent. Resolves when its pages and its context are closed and its slots are free. */
  close(): Promise<void>;
}

/** How browsers are supplied. Each backend gives the same results; they differ in speed and isolation. */
export interface BrowserBackend {
  readonly name: BrowserInfo['backend'];
  info(): BrowserInfo;
  /** A context for one session. Launches at first need, single-flight. */
  acquire(options: BrowserContextOptions | undefined, signal: AbortSignal): Promise<ContextLease>;
  /** Calls back when a browser is gone with all contexts of its epoch. Returns the way to unsubscribe. */
  onLost(listener: (epoch: number, why: string) => void): () => void;
  onChange(listener: () => void): () => void;
  /** Closes the browser by the close ladder; resolves when no process of ours is left. */
  close(): Promise<void>;
}

export interface ContextLease {
  readonly context: BrowserContext;
  readonly epoch: number;
  /** Idempotent. Gives the context back, within a deadline of its own. */
  release(): Promise<void>;
}

/** The sessions of all tenants: what the rest of the server sees of the browser engine. */
export interface Browsers {
  /** Errors: `exhausted`, `queue-full`, `browser-missing`, `browser-launch-failed`, `cancelled`. */
  open(request: SessionRequest): Promise<BrowserSession>;
  list(): Session[];
  /** Ends one session with `session-closed`. Errors: `not-found`. */
  close(sessionId: string): Promise<void>;
  closeAll(tenant?: string): Promise<number>;
  info(): BrowserInfo;
  pool(): PoolInfo;
  /** Calls back, at most once a tick, when `list()`, `info()` or `pool()` would answer differently. */
  onChange(listener: () => void): () => void;
  dispose(): Promise<void>;
}
