import type { Job, Run, ServerInfo, Session, Snapshot, StateChange } from '../../shared/protocol.ts';
import type { Change } from '../lifecycle/changes.ts';

/** The state as it is now. Lists are cheap to ask for. */
export interface StateSource {
  server(): ServerInfo;
  sessions(): Session[];
  runs(): Run[];
  jobs(): Job[];
}

export interface StateFeedOptions {
  source: StateSource;
  send(change: StateChange): void;
  /** True while the client does not read as fast as we write. {@link StateFeed.resume} says when that is over. */
  congested(): boolean;
  /** Shortest time between two notifications. Default 100. */
  intervalMs?: number;
  now?: () => number;
}

/** What one client was last told about a list, to tell it only what differs. */
class Known<T extends { id: string }> {
  readonly #told = new Map<string, string>();
  readonly #dirty = new Set<string>();
  readonly #byId: boolean;
  #any = false;

  /** `byId`: every change names its object; else objects are compared. */
  constructor(byId: boolean) {
    this.#byId = byId;
  }

  mark(id?: string): void {
    this.#any = true;
    if (id !== undefined) this.#dirty.add(id);
  }

  reset(items: readonly T[]): void {
    this.#told.clear();
    for (const item of items) this.#told.set(item.id, this.#text(item));
    this.#dirty.clear();
    this.#any = false;
  }

  /** Differences since last told; undefined when there are none. */
  take(list: () => readonly T[]): { changed: T[]; removed: string[] } | undefined {
    if (!this.#any) return undefined;
    this.#any = false;
    const items = list();
    const changed = items.filter(
      (item) => this.#dirty.has(item.id) || this.#told.get(item.id) !== this.#text(item),
    );
    const present = new Set(items.map((item) => item.id));
    const removed = [...this.#told.keys()].filter((id) => !present.has(id));
    for (const id of removed) this.#told.delete(id);
    for (const item of changed) this.#told.set(item.id, this.#text(item));
    this.#dirty.clear();
    return changed.length + removed.length === 0 ? undefined : { changed, removed };
  }

  #text(item: T): string {
    return this.#byId ? '' : JSON.stringify(item);
  }
}

/**
 * Tells one client what changes, in consecutive versions. The first change goes out at once, those of the following
 * interval together after it; while the client is congested nothing is sent, and changes of one object merge.
 */
export class StateFeed {
  readonly #options: StateFeedOptions;
  readonly #sessions = new Known<Session>(false);
  readonly #runs = new Known<Run>(true);
  readonly #jobs = new Known<Job>(true);
  #server: string | undefined;
  #version = 0;
  #attached = false;
  #timer: NodeJS.Timeout | undefined;
  #lastAt = -Infinity;

  constructor(options: StateFeedOptions) {
    this.#options = options;
  }

  /** The whole state; changes follow from here on. */
  snapshot(): Snapshot {
    const { source } = this.#options;
    const [server, sessions, runs, jobs] = [source.server(), source.sessions(), source.runs(), source.jobs()];
    this.#sessions.reset(sessions);
    this.#runs.reset(runs);
    this.#jobs.reset(jobs);
    this.#server = JSON.stringify(server);
    this.#attached = true;
    return { version: ++this.#version, server, sessions, runs, jobs };
  }

  changed(change: Change): void {
    if (!this.#attached) return;
    if (change.topic === 'sessions') this.#sessions.mark();
    if (change.topic === 'runs') this.#runs.mark(change.id);
    if (change.topic === 'jobs') this.#jobs.mark(change.id);
    this.#schedule();
  }

  /** To be called when congestion is over. */
  resume(): void {
    if (this.#attached) this.#schedule();
  }

  dispose(): void {
    this.#attached = false;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const { intervalMs = 100, now = () => performance.now() } = this.#options;
    const wait = Math.max(0, this.#lastAt + intervalMs - now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#attached || this.#options.congested()) return;
      this.#lastAt = now();
      this.#flush();
    }, wait);
  }

  #flush(): void {
    const { source, send } = this.#options;
    const change: Omit<StateChange, 'version'> = {};
    const server = source.server();
    const text = JSON.stringify(server);
    if (text !== this.#server) {
      this.#server = text;
      change.server = server;
    }
    const sessions = this.#sessions.take(() => source.sessions());
    const runs = this.#runs.take(() => source.runs());
    const jobs = this.#jobs.take(() => source.jobs());
    if (sessions) change.sessions = sessions;
    if (runs) change.runs = runs;
    if (jobs) change.jobs = jobs;
    if (Object.keys(change).length > 0) send({ version: ++this.#version, ...change });
  }
}
