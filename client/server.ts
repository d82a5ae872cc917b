import type { CancellationToken } from 'vscode';
import { GreenroomError, toErrorData } from '../shared/errors.ts';
import type {
  ErrorData,
  ParamsOf,
  RequestMethod,
  ResultOf,
  ServerIdentity,
  StateChange,
} from '../shared/protocol.ts';
import { Emitter } from './emitter.ts';
import type { Disposable } from './emitter.ts';
import type { Rpc } from './rpc.ts';
import type { Repository } from './state.ts';

export type ServerState =
  | { kind: 'idle' }
  | { kind: 'starting' }
  | { kind: 'ready'; identity: ServerIdentity }
  | { kind: 'failed'; error: ErrorData }
  | { kind: 'stopped'; reason: string };

/** One live connection to the server. */
export interface Link extends Rpc {
  readonly identity: ServerIdentity;
  /** Ends the connection; the server and its runs go on. Never rejects. */
  close(): Promise<void>;
}

export interface LinkEvents {
  changed(change: StateChange): void;
  leaving(reason: string): void;
  closed(): void;
}

export interface ServerLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const MAX_RECONNECTS = 3;
const START_TRIES = 4;
const RECONNECT_WINDOW_MS = 3 * 60_000;

/**
 * The server as the client knows it: connects (or starts it) at first use, keeps the repository fed, connects
 * again once when the connection breaks, and says in one state how things stand.
 */
export class ServerClient implements Rpc, Disposable {
  readonly #open: (events: LinkEvents) => Promise<Link>;
  readonly #repository: Repository;
  readonly #log: ServerLog;
  readonly #now: () => number;
  readonly #stateChanged = new Emitter<ServerState>();
  readonly onDidChangeState = this.#stateChanged.event;
  #state: ServerState = { kind: 'idle' };
  #link: Link | undefined;
  #starting: Promise<Link> | undefined;
  #restarting: Promise<void> | undefined;
  #attaching: Promise<void> | undefined;
  #disposed = false;
  #breaks: number[] = [];

  constructor(deps: {
    open: (events: LinkEvents) => Promise<Link>;
    repository: Repository;
    log: ServerLog;
    now?: () => number;
  }) {
    this.#open = deps.open;
    this.#repository = deps.repository;
    this.#log = deps.log;
    this.#now = deps.now ?? Date.now;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Sends a request; starts the server first when there is none. */
  async request<M extends RequestMethod>(
    method: M,
    params: ParamsOf<M>,
    token?: CancellationToken,
  ): Promise<ResultOf<M>> {
    const link = await this.#connected();
    return link.request(method, params, token);
  }

  /** Resolves when connected. Rejects with why the server could not be started. */
  async ensureReady(): Promise<void> {
    await this.#connected();
  }

  /** Ends the server, with its runs, and starts it again. Calls made meanwhile join this one. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  /** Ends the server. Running work gets `graceMs` to finish. */
  async stop(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const link = this.#link;
    if (!link) return;
    this.#leave(link, 'You stopped it.');
    await link.request('server/stop', { graceMs }).catch((error: unknown) => {
      this.#log.warn(`The server did not confirm that it stops: ${toErrorData(error).message}`);
    });
    await link.close();
  }

  /** Lets go of the connection; the server and its runs go on. */
  async close(): Promise<void> {
    this.#disposed = true;
    const link = this.#link;
    this.#link = undefined;
    await link?.close();
  }

  dispose(): void {
    void this.close();
    this.#stateChanged.dispose();
  }

  async #restart(): Promise<void> {
    await this.stop(0);
    this.#breaks = [];
    await this.#connected();
  }

  async #connected(): Promise<Link> {
    if (this.#link) return this.#link;
    this.#starting ??= this.#start(START_TRIES).finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /** Tries again when it met a server that was just leaving. */
  async #start(tries: number): Promise<Link> {
    if (this.#disposed) {
      throw new GreenroomError('cancelled', 'This window is closing.', 'Try again in another window.');
    }
    this.#setState({ kind: 'starting' });
    let link: Link | undefined;
    let gone = false;
    let leaving: string | undefined;
    try {
      link = await this.#open({
        changed: (change) => {
          if (link && link === this.#link) this.#apply(change);
        },
        leaving: (reason) => (leaving = reason),
        closed: () => {
          gone = true;
          if (link && link === this.#link) this.#lost(link, leaving);
        },
      });
      const snapshot = await link.request('state/attach', {});
      if (gone || this.#disposed) {
        throw new GreenroomError('network', 'The server left while connecting.', 'Try again.');
      }
      this.#link = link;
      this.#repository.reset(snapshot);
      this.#setState({ kind: 'ready', identity: link.identity });
      return link;
    } catch (error) {
      void link?.close();
      const data = toErrorData(error);
      if (link !== undefined && data.code === 'network' && tries > 1 && !this.#disposed) {
        return await this.#start(tries - 1);
      }
      this.#repository.clear();
      this.#setState({ kind: 'failed', error: data });
      throw error;
    }
  }

  #apply(change: StateChange): void {
    if (this.#repository.apply(change) === 'gap') {
      this.#attaching ??= this.#attach().finally(() => (this.#attaching = undefined));
    }
  }

  async #attach(): Promise<void> {
    const link = this.#link;
    try {
      const snapshot = await link?.request('state/attach', {});
      if (snapshot && link === this.#link) this.#repository.reset(snapshot);
    } catch (error) {
      this.#log.warn(`Cannot read the server's state: ${toErrorData(error).message}`);
    }
  }

  #lost(link: Link, leaving: string | undefined): void {
    if (leaving !== undefined) {
      this.#log.info(`The server left: ${leaving}`);
      this.#leave(link, leaving);
      void link.close();
      return;
    }
    this.#link = undefined;
    void link.close();
    const now = this.#now();
    this.#breaks = [...this.#breaks.filter((at) => now - at < RECONNECT_WINDOW_MS), now];
    if (this.#breaks.length > MAX_RECONNECTS) {
      this.#repository.clear();
      this.#setState({
        kind: 'failed',
        error: {
          code: 'network',
          message: `The server ended ${String(this.#breaks.length)} times within three minutes.`,
          next: 'Look in the log for the reason, then restart the server.',
          retryable: true,
        },
      });
      return;
    }
    this.#log.warn('The connection to the server broke; connecting again.');
    this.#connected().catch((error: unknown) => {
      this.#log.error(`Cannot connect again: ${toErrorData(error).message}`);
    });
  }

  #leave(link: Link, reason: string): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#repository.clear();
    this.#setState({ kind: 'stopped', reason });
  }

  #setState(next: ServerState): void {
    if (this.#disposed) return;
    this.#state = next;
    this.#stateChanged.fire(next);
  }
}
