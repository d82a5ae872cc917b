import type { Socket } from 'node:net';
import { createConnection, type ServerCapabilities } from 'vscode-languageserver';
import {
  createProtocolConnection,
  type Message,
  SocketMessageWriter,
  StreamMessageReader,
} from 'vscode-languageserver/node';
import { GreenroomError } from '../../shared/errors.ts';
import type { Handshake, NotificationMethod, Notifications, ServerIdentity } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import { abortSignalOf, dispatch, toResponseError, unknownMethod } from './dispatch.ts';
import { FrameGuard } from './frameGuard.ts';
import { judgeHandshake } from './handshake.ts';
import { StateFeed } from './stateFeed.ts';
import { isRequestMethod } from './table.ts';

export interface ConnectionOptions {
  app: App;
  secret: string;
  /** Time for a connection to show who it is. Default 5000. */
  handshakeTimeoutMs?: number;
}

/** One client's connection, from the accepted socket to its end. */
export interface ClientConnection {
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  /** Tells the client that the server leaves, and hangs up once that is written. */
  leave(reason: string): Promise<void>;
}

const MAX_STRANGER_BYTES = 64 * 1024;
const MAX_CLIENT_BYTES = 8 * 1024 * 1024;
const MAX_IN_FLIGHT = 256;
/** Unread bytes in a client's socket from which state notifications wait. */
const CONGESTED_BYTES = 256 * 1024;
const LEAVE_TIMEOUT_MS = 500;

type Standing = { kind: 'stranger' } | { kind: 'other-protocol' } | { kind: 'client'; handshake: Handshake };

/** Serves one client on `socket`. Whatever the client does, only its own connection suffers. */
export function serveClient(socket: Socket, options: ConnectionOptions): ClientConnection {
  const { app, secret, handshakeTimeoutMs = 5000 } = options;
  const logger = app.logger.child({ connection: connectionId() });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const closing = new AbortController();
  let standing: Standing = { kind: 'stranger' };
  let removeClient: () => void = () => undefined;
  let hangUpAfterWrite = false;
  let inFlight = 0;

  const guard = new FrameGuard(MAX_STRANGER_BYTES);
  const reader = new StreamMessageReader(guard);
  const writer = new (class extends SocketMessageWriter {
    override async write(message: Message): Promise<void> {
      await super.write(message);
      if (hangUpAfterWrite) socket.end();
    }
  })(socket);
  const connection = createConnection(
    () => createProtocolConnection(reader, writer, quietLogger(logger)),
    // The server is shared: a client that shuts down, exits or dies ends its own connection.
    { shutdownReceived: false, initialize: () => undefined, exit: () => socket.end() },
  );

  const feed = new StateFeed({
    source: {
      server: () => app.info(),
      sessions: () => app.services.browsers.peek()?.list() ?? [],
      runs: () => app.services.runs.peek()?.list() ?? [],
      jobs: () => app.services.scrapes.peek()?.list() ?? [],
    },
    send: (change) => notify('state/changed', change),
    congested: () => socket.writableLength > CONGESTED_BYTES,
  });
  const unsubscribe = app.changes.on((change) => feed.changed(change));

  function notify<N extends NotificationMethod>(method: N, params: Notifications[N]): void {
    connection.sendNotification(method, params).catch(() => undefined); // the socket's end says it all
  }

  function cutOff(why: string): void {
    logger.warn({ why, standing: standing.kind }, 'cut off a connection');
    socket.destroy();
  }

  connection.onInitialize(({ initializationOptions }) => {
    if (standing.kind !== 'stranger') {
      throw toResponseError(
        new GreenroomError('conflict', 'The handshake was done already.', 'Send requests now.'),
        { method: 'initialize', cancelled: false, logger },
      );
    }
    const identity = app.identity();
    const outcome = judgeHandshake(initializationOptions, secret, identity);
    if (outcome.kind === 'accepted') {
      const { handshake } = outcome;
      standing = { kind: 'client', handshake };
      clearTimeout(handshakeTimer);
      guard.maxBodyBytes = MAX_CLIENT_BYTES;
      if (handshake.settings !== undefined) app.useSettings(handshake.settings);
      removeClient = app.addClient();
      const { client, version, tenant } = handshake;
      logger.info({ client, version, tenant }, 'a client connected');
      return {
        capabilities: capabilitiesOf(identity),
        serverInfo: { name: 'greenroom', version: identity.version },
      };
    }
    const { error } = outcome;
    logger.warn({ code: error.code }, 'refused a handshake');
    if (outcome.kind === 'other-protocol') standing = { kind: 'other-protocol' };
    else hangUpAfterWrite = true;
    throw toResponseError(error, { method: 'initialize', cancelled: false, logger });
  });

  connection.onRequest(async (method, params, token) => {
    const cancel = abortSignalOf(token);
    inFlight++;
    try {
      if (inFlight > MAX_IN_FLIGHT) throw tooMany();
      const client = callerOf(standing, method);
      if (!isRequestMethod(method)) throw unknownMethod(method);
      return await dispatch(method, params, {
        app,
        ...client,
        signal: AbortSignal.any([cancel.signal, closing.signal]),
        cancelled: cancel.signal,
        attach: async () => {
          // A list of runs that cannot be loaded must not keep a client from seeing the rest; health says why.
          await app.services.runs.get().catch(() => undefined);
          return feed.snapshot();
        },
      });
    } catch (error) {
      throw toResponseError(error, { method, cancelled: cancel.signal.aborted, logger });
    } finally {
      inFlight--;
      cancel.dispose();
    }
  });

  const handshakeTimer = setTimeout(() => cutOff('no handshake in time'), handshakeTimeoutMs);
  guard.on('error', (error) => cutOff(error.message));
  reader.onError((error) => cutOff(`unreadable message: ${error.message}`));
  socket.on('error', (error) => logger.debug({ err: error }, 'a socket failed'));
  socket.on('drain', () => feed.resume());
  socket.on('close', () => {
    clearTimeout(handshakeTimer);
    unsubscribe();
    feed.dispose();
    closing.abort(
      new GreenroomError('cancelled', 'The connection of the client ended.', 'Connect and start it again.'),
    );
    connection.dispose();
    guard.destroy();
    removeClient();
    if (standing.kind === 'client') logger.info('a client left');
    end();
  });
  connection.listen();
  socket.pipe(guard);

  return {
    ended,
    leave: async (reason) => {
      const timer = setTimeout(() => socket.destroy(), LEAVE_TIMEOUT_MS);
      hangUpAfterWrite = true;
      if (standing.kind === 'client') notify('server/leaving', { reason });
      else socket.end();
      await ended;
      clearTimeout(timer);
    },
  };
}

function callerOf(standing: Standing, method: string): { tenant: string; client: Handshake['client'] } {
  if (standing.kind === 'client') return standing.handshake;
  if (standing.kind === 'other-protocol' && (method === 'server/drain' || method === 'server/stop')) {
    return { tenant: 'unknown', client: 'cli' };
  }
  throw new GreenroomError(
    standing.kind === 'stranger' ? 'unauthorized' : 'version-mismatch',
    'The server takes requests only after a handshake it has accepted.',
    'Send the initialize request with the handshake first.',
  );
}

function tooMany(): GreenroomError {
  return new GreenroomError(
    'queue-full',
    `This connection has ${MAX_IN_FLIGHT} unanswered requests.`,
    'Wait for answers before sending more.',
    { facts: { limit: MAX_IN_FLIGHT } },
  );
}

function capabilitiesOf(identity: ServerIdentity): ServerCapabilities {
  return { experimental: { greenroom: identity } };
}

function connectionId(): string {
  return Math.random().toString(36).slice(2, 8);
}

function quietLogger(logger: App['logger']): {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  log(message: string): void;
} {
  return {
    error: (message) => logger.warn({ message }, 'json-rpc'),
    warn: (message) => logger.debug({ message }, 'json-rpc'),
    info: (message) => logger.debug({ message }, 'json-rpc'),
    log: (message) => logger.debug({ message }, 'json-rpc'),
  };
}
