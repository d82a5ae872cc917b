import { GreenroomError } from './errors.ts';
import { type ErrorData, PROTOCOL_VERSION, type ServerIdentity } from './protocol.ts';

/** What the algorithm needs of an open connection. */
export interface ServerLink {
  /** Sends `server/drain`. */
  drain(reason: string): Promise<{ activeRuns: number }>;
  close(): void;
}

/** Outcome of one try to reach the server. */
export type Attempt<C extends ServerLink> =
  /** Nobody listens: no socket, or a stale one. */
  | { kind: 'absent' }
  /** Something listens but did not answer in time, or hung up: it starts, leaves or is busy. */
  | { kind: 'unready' }
  | { kind: 'connected'; connection: C; server: ServerIdentity }
  /** The handshake failed. A refused connection still takes `server/drain` after a `version-mismatch`. */
  | { kind: 'refused'; connection: C; error: ErrorData };

/** A server process that was started. */
export interface StartedServer {
  /** How it ended, or undefined while it runs. Exit code 0 means that another server was faster. */
  exit(): { code: number | null; signal: string | null } | undefined;
}

/** The outside world of {@link connectOrSpawn}. To cancel, let `sleep` and `tryConnect` reject. */
export interface ConnectPorts<C extends ServerLink> {
  /** Connects and shakes hands. Rejects only for errors that a further try cannot mend. */
  tryConnect(): Promise<Attempt<C>>;
  /** Starts a detached server and does not wait for it. */
  spawn(): StartedServer;
  sleep(ms: number): Promise<void>;
  /** Milliseconds; only differences matter. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

export interface ConnectOptions {
  /** Version of this client, `major.minor.patch`. */
  version: string;
  /** Named in errors. */
  logPath: string;
  /** Longest wait for a server to answer once none is in the way. Default 10 000. */
  startTimeoutMs?: number;
  /** Longest wait for an older or leaving server to finish its work. Default 360 000. */
  drainTimeoutMs?: number;
  onProgress?: (progress: ConnectProgress) => void;
}

export type ConnectProgress =
  | { phase: 'starting' }
  /** An older or leaving server finishes its runs first. */
  | { phase: 'draining'; version: string; activeRuns: number };

export interface Connected<C extends ServerLink> {
  connection: C;
  server: ServerIdentity;
  /** True when this call started a server. */
  spawned: boolean;
}

/** How Node runs a server: it collects garbage when it has come to rest. */
export const SERVER_NODE_OPTIONS: readonly string[] = ['--expose-gc'];

const FIRST_WAIT_MS = 25;
const WAIT_FACTOR = 1.5;
const LONGEST_WAIT_MS = 1000;
const RESPAWN_MS = 2000;

/**
 * Connects to the server of a home, starting it when there is none and replacing it when it is older.
 * Many clients may do so at once: the server's own lock decides which of the started processes stays.
 * Errors: `version-mismatch` (the server is newer, or an older one does not end in time), `unauthorized`,
 * `deadline` (nobody answered), `internal` (the server died while starting).
 */
export async function connectOrSpawn<C extends ServerLink>(
  ports: ConnectPorts<C>,
  options: ConnectOptions,
): Promise<Connected<C>> {
  const { startTimeoutMs = 10_000, drainTimeoutMs = 360_000 } = options;
  const begin = ports.now();
  let deadline = begin + startTimeoutMs;
  let wait = FIRST_WAIT_MS;
  let server: StartedServer | undefined;
  let nextSpawnAt = begin;
  let inTheWay: Obstacle | undefined;

  for (;;) {
    const attempt = await ports.tryConnect();
    const obstacle = judge(attempt, options.version);
    if (attempt.kind === 'connected' && obstacle === undefined) {
      return { connection: attempt.connection, server: attempt.server, spawned: server !== undefined };
    }
    if (attempt.kind === 'refused' && obstacle === undefined) {
      attempt.connection.close();
      throw fromData(attempt.error);
    }
    if (obstacle !== undefined) {
      if (inTheWay === undefined) deadline = ports.now() + drainTimeoutMs;
      inTheWay = obstacle;
      await drain(obstacle, options);
    } else if (attempt.kind === 'absent') {
      if (inTheWay !== undefined) {
        inTheWay = undefined;
        deadline = ports.now() + startTimeoutMs;
        nextSpawnAt = ports.now();
        wait = FIRST_WAIT_MS;
      }
      failIfDied(server, options.logPath);
      // One that still runs is starting, however slowly; a second one could only come too late.
      const starting = server !== undefined && server.exit() === undefined;
      if (!starting && ports.now() >= nextSpawnAt) {
        options.onProgress?.({ phase: 'starting' });
        server = ports.spawn();
        nextSpawnAt = ports.now() + RESPAWN_MS * (1 + ports.random());
        wait = FIRST_WAIT_MS;
      }
    }
    if (ports.now() >= deadline) throw timedOut(inTheWay, options, startTimeoutMs);
    await ports.sleep(wait * (0.75 + ports.random() / 2));
    wait = Math.min(wait * WAIT_FACTOR, LONGEST_WAIT_MS);
  }
}

/** A server that must go before ours can start. */
interface Obstacle {
  link: ServerLink;
  version: string;
  draining: boolean;
}

function judge<C extends ServerLink>(attempt: Attempt<C>, version: string): Obstacle | undefined {
  if (attempt.kind === 'connected') {
    const { server, connection } = attempt;
    const order = compareVersions(server.version, version);
    // A newer server of the same protocol serves older clients; only they could wait for it in vain.
    return order < 0 || (server.draining && order === 0)
      ? { link: connection, version: server.version, draining: server.draining }
      : undefined;
  }
  if (attempt.kind !== 'refused' || attempt.error.code !== 'version-mismatch') return undefined;
  const protocol = Number(attempt.error.facts?.['serverProtocol']);
  return protocol < PROTOCOL_VERSION
    ? {
        link: attempt.connection,
        version: String(attempt.error.facts?.['serverVersion'] ?? '?'),
        draining: false,
      }
    : undefined;
}

async function drain({ link, version }: Obstacle, options: ConnectOptions): Promise<void> {
  try {
    const { activeRuns } = await link.drain(`Version ${options.version} takes over.`);
    options.onProgress?.({ phase: 'draining', version, activeRuns });
  } catch {
    // It hung up: the next try finds out whether it is gone.
  } finally {
    link.close();
  }
}

function failIfDied(server: StartedServer | undefined, logPath: string): void {
  const exit = server?.exit();
  if (exit === undefined || exit.code === 0) return;
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  throw new GreenroomError(
    'internal',
    `The Greenroom server ended while it was starting (${how}).`,
    `Look in ${logPath} for the reason, then try again.`,
  );
}

function timedOut(
  inTheWay: Obstacle | undefined,
  options: ConnectOptions,
  startTimeoutMs: number,
): GreenroomError {
  return inTheWay === undefined
    ? new GreenroomError(
        'deadline',
        `The Greenroom server did not answer within ${Math.round(startTimeoutMs / 1000)} s.`,
        `Look in ${options.logPath} for the reason, then try again.`,
        { retryable: true },
      )
    : new GreenroomError(
        'version-mismatch',
        `A Greenroom server of version ${inTheWay.version} is still finishing its work.`,
        'Wait until its runs have ended, or end it with "greenroom stop", then try again.',
        { retryable: true },
      );
}

function fromData(data: ErrorData): GreenroomError {
  const { code, message, next, ...extra } = data;
  return new GreenroomError(code, message, next, extra);
}

/** Negative when `a` is older than `b`. Compares `major.minor.patch`; whatever follows does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? []);
  for (let index = 0; index < 3; index++) {
    const difference = (left?.[index] || 0) - (right?.[index] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
