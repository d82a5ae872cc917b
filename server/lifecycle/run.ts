import { readdir } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import type { Server } from 'node:net';
import type { Logger } from 'pino';
import type { Paths } from '../../shared/paths.ts';
import { createApp } from '../app.ts';
import type { Redactor } from '../logRedaction.ts';
import { type ClientConnection, serveClient } from '../rpc/connection.ts';
import { DEFAULT_IDLE_MINUTES } from '../settings.ts';
import { watchIdle } from './idle.ts';
import { watchRest } from './rest.ts';
import { listen } from './listen.ts';
import { removeServerFile, writeServerFile } from './serverInfo.ts';

export interface RunOptions {
  paths: Paths;
  secret: string;
  logger: Logger;
  redactor: Redactor;
  version: string;
  protocol: number;
  /** Minutes of rest before the server leaves, unless a client says otherwise. */
  idleMinutes?: number;
  /** True while the home's lock is ours. */
  lockIsOurs(): boolean;
  releaseLock(): void;
}

/** Once running work is over or cancelled, everything else must end in this time. */
const END_WITHIN_MS = 15_000;
const FIRST_CLIENT_WITHIN_MS = 30_000;
const FLUSH_CACHE_AFTER_MS = 3_000;
const REAP_AFTER_MS = 300;
const LOCK_CHECK_MS = 5_000;
/** Errors of a peer that went away: its own connection ends, nothing else is harmed. */
const HARMLESS = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Serves a home whose lock the caller holds until it is time to leave. Resolves with the process's exit code. */
export async function runServer(options: RunOptions): Promise<number> {
  const { paths, secret, logger, version } = options;
  const app = createApp(options);
  const connections = new Set<ClientConnection>();
  let exitCode = 0;

  const server = await listen(paths, (socket) => {
    const connection = serveClient(socket, { app, secret });
    connections.add(connection);
    void connection.ended.then(() => connections.delete(connection));
  });
  writeServerFile(paths.serverInfo, {
    pid: process.pid,
    version,
    socket: paths.socket,
    startedAt: app.identity().startedAt,
  });
  const startMs = Math.round(performance.now());
  logger.info({ version, socket: paths.socket, node: process.version, startMs }, 'the server listens');

  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => app.departure.stop(`The server was asked to end (${name}).`, 0));
  }
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'an unhandled rejection; the server goes on');
  });
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    if (HARMLESS.has(error.code ?? '')) {
      logger.warn({ err: error }, 'a connection broke');
      return;
    }
    logger.fatal({ err: error }, 'an unexpected error; the server ends, its clients start a new one');
    if (exitCode !== 0) process.exit(1);
    exitCode = 1;
    app.departure.stop('The server met an unexpected error.', 0);
  });
  let visited = false;
  const idleLimit = (): number => {
    const minutes = app.settings()['server.idleMinutes'] ?? options.idleMinutes ?? DEFAULT_IDLE_MINUTES;
    // A server that nobody has come to was started by a client that is gone, or is served by another one.
    return Math.min(minutes * 60_000, visited ? Infinity : FIRST_CLIENT_WITHIN_MS);
  };
  const idle = watchIdle({
    busy: () => app.busy(idleLimit()),
    limitMs: idleLimit,
    onIdle: () => app.departure.stop('Nobody has used the server for a while.', 0),
  });
  const rest = watchRest(() => app.activeWork() === 0);
  app.changes.on(({ topic }) => {
    rest.look();
    visited ||= app.clients() > 0;
    if (topic === 'server') idle.look();
  });
  // The browser engine ends what an earlier server left when it is built. Not before the first answer: a client waits.
  const reaping = setTimeout(() => {
    readdir(paths.browsers)
      .then((left) => (left.length === 0 ? undefined : app.services.browsers.get()))
      .catch((error: unknown) => logger.error({ err: error }, 'leftover browsers could not be looked for'));
  }, REAP_AFTER_MS);
  // Node writes its compile cache at the exit, which a killed server never reaches.
  const caching = setTimeout(() => flushCompileCache(), FLUSH_CACHE_AFTER_MS);
  const lockWatch = setInterval(() => {
    if (!options.lockIsOurs()) app.departure.stop("The server's home was removed or taken over.", 0);
  }, LOCK_CHECK_MS);

  const reason = await app.departure.due;
  logger.info({ reason }, 'the server leaves');
  idle.stop();
  rest.stop();
  clearInterval(lockWatch);
  clearTimeout(reaping);
  clearTimeout(caching);
  const cap = setTimeout(() => {
    logger.error({ withinMs: END_WITHIN_MS }, 'the end took too long');
    // Without the socket and the lock, clients start the next server at once; the reaper ends what is left.
    vacate(server, options);
    process.exit(1);
  }, END_WITHIN_MS);
  await app.dispose();
  await Promise.all([...connections].map((connection) => connection.leave(reason)));
  clearTimeout(cap);
  vacate(server, options);
  logger.info('the server has ended');
  return exitCode;
}

/**
 * In one turn, and the socket first: closing it removes it, and once the lock is free it may be another server's.
 */
function vacate(server: Server, { paths, releaseLock }: RunOptions): void {
  server.close();
  removeServerFile(paths.serverInfo, process.pid);
  releaseLock();
}
