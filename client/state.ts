import type { Job, Run, ServerInfo, Session, Snapshot, StateChange } from '../shared/protocol.ts';
import { Emitter } from './emitter.ts';
import type { Event } from './emitter.ts';

/** Which objects an update touched. `structure` means that rows came, went or moved. */
export interface RepositoryChange {
  structure: boolean;
  sessions: readonly string[];
  runs: readonly string[];
}

/**
 * The last known state of the server. Fed by one snapshot and the changes that follow it; the views, the
 * status bar and the commands only read it.
 */
export class Repository {
  readonly #changed = new Emitter<RepositoryChange>();
  #sessions = new Map<string, Session>();
  #runs = new Map<string, Run>();
  #jobs = new Map<string, Job>();
  #server: ServerInfo | undefined;
  #version: number | undefined;

  readonly onDidChange: Event<RepositoryChange> = this.#changed.event;

  get server(): ServerInfo | undefined {
    return this.#server;
  }

  /** In the order in which they were asked for. */
  get sessions(): Session[] {
    return [...this.#sessions.values()].sort((a, b) => a.requestedAt - b.requestedAt || compare(a.id, b.id));
  }

  /** Newest first. */
  get runs(): Run[] {
    return [...this.#runs.values()].sort((a, b) => b.startedAt - a.startedAt || compare(b.id, a.id));
  }

  get jobs(): Job[] {
    return [...this.#jobs.values()];
  }

  session(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  run(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  reset(snapshot: Snapshot): void {
    this.#version = snapshot.version;
    this.#server = snapshot.server;
    this.#sessions = byId(snapshot.sessions);
    this.#runs = byId(snapshot.runs);
    this.#jobs = byId(snapshot.jobs);
    this.#changed.fire({
      structure: true,
      sessions: [...this.#sessions.keys()],
      runs: [...this.#runs.keys()],
    });
  }

  /** Applies a change. `gap` means that one was missed: ask for a new snapshot. */
  apply(change: StateChange): 'applied' | 'old' | 'gap' {
    if (this.#version === undefined || change.version <= this.#version) return 'old';
    if (change.version !== this.#version + 1) return 'gap';
    this.#version = change.version;
    if (change.server) this.#server = change.server;
    const structure = [
      merge(this.#sessions, change.sessions),
      merge(this.#runs, change.runs),
      merge(this.#jobs, change.jobs),
    ].some(Boolean);
    this.#changed.fire({
      structure,
      sessions: change.sessions?.changed.map(({ id }) => id) ?? [],
      runs: change.runs?.changed.map(({ id }) => id) ?? [],
    });
    return 'applied';
  }

  /** Forgets everything: there is no server to have a state. */
  clear(): void {
    this.#version = undefined;
    this.#server = undefined;
    this.#sessions.clear();
    this.#runs.clear();
    this.#jobs.clear();
    this.#changed.fire({ structure: true, sessions: [], runs: [] });
  }
}

function merge<T extends { id: string }>(
  into: Map<string, T>,
  change: { changed: T[]; removed: string[] } | undefined,
): boolean {
  if (!change) return false;
  const before = into.size;
  for (const item of change.changed) into.set(item.id, item);
  const added = into.size !== before;
  const removed = change.removed.filter((id) => into.delete(id)).length > 0;
  return added || removed;
}

function byId<T extends { id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
