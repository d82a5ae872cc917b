import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-languageserver/node';
import {
  type Attempt,
  type Connected,
  connectOrSpawn,
  type ConnectProgress,
  SERVER_NODE_OPTIONS,
  type ServerLink,
  type StartedServer,
} from '../../shared/connect.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { Paths } from '../../shared/paths.ts';
import {
  type ErrorData,
  type Handshake,
  type NotificationMethod,
  type Notifications,
  type ParamsOf,
  PROTOCOL_VERSION,
  type RequestMethod,
  type ResultOf,
  type ServerIdentity,
  type Settings,
} from '../../shared/protocol.ts';
import { entryPath } from '../entry.ts';
import { readSecret } from '../home.ts';
import { delay, raceAbort } from '../timing/abort.ts';

/** A typed connection to the server. */
export interface Client extends ServerLink {
  /** Rejects with a `GreenroomError`; aborting `signal` cancels the request on the server and waits for its answer. */
  request<M extends RequestMethod>(
    method: M,
    params: ParamsOf<M>,
    signal?: AbortSignal,
  ): Promise<ResultOf<M>>;
  on<N extends NotificationMethod>(method: N, listener: (params: Notifications[N]) => void): () => void;
  /** Resolves when the connection is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

export interface ClientOptions {
  paths: Paths;
  version: string;
  client: Handshake['client'];
  tenant: string;
  settings?: Settings;
  /** Default: the one this client speaks. */
  protocol?: number;
  /** Ends the wait for a server. */
  signal?: AbortSignal;
  onProgress?: (progress: ConnectProgress) => void;
  /** Arguments of a started server. */
  serverArgs?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

const HANDSHAKE_TIMEOUT_MS = 5000;

/** Where the command line finds a platform's API key. The server gets keys by request, never by inheritance. */
export const API_KEY_VARIABLE = 'GREENROOM_API_KEY';
const LOST: ReadonlySet<number> = new Set([
  ErrorCodes.MessageWriteError,
  ErrorCodes.MessageReadError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
]);

/** Connects to the server of a home, starting or replacing it when needed. Errors: those of `connectOrSpawn`. */
export async function openClient(options: ClientOptions): Promise<Connected<Client>> {
  const { signal = new AbortController().signal, onProgress } = options;
  return connectOrSpawn<Client>(
    {
      tryConnect: () => {
        signal.throwIfAborted();
        return tryConnect(options);
      },
      spawn: () => startServer(options),
      sleep: (ms) => delay(ms, signal),
      now: () => performance.now(),
      random: () => Math.random(),
    },
    {
      version: options.version,
      logPath: options.paths.serverLog,
      ...(onProgress === undefined ? {} : { onProgress }),
    },
  );
}

/** Connects and shakes hands once; starts nothing. */
export async function tryConnect(options: ClientOptions): Promise<Attempt<Client>> {
  const socket = await connectSocket(options.paths.socket);
  if (socket === undefined) return { kind: 'absent' };
  const secret = readSecret(options.paths.secret);
  if (secret === undefined) {
    socket.destroy();
    return { kind: 'unready' };
  }
  const { connection, client } = wrap(socket);
  const handshake: Handshake = {
    protocol: options.protocol ?? PROTOCOL_VERSION,
    secret,
    version: options.version,
    client: options.client,
    tenant: options.tenant,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  };
  const timer = setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS);
  try {
    const result = await Promise.race([
      connection.sendRequest<{ capabilities: { experimental: { greenroom: ServerIdentity } } }>(
        'initialize',
        {
          processId: null,
          rootUri: null,
          capabilities: {},
          initializationOptions: handshake,
        },
      ),
      client.closed.then(() => undefined),
    ]);
    if (result === undefined) return { kind: 'unready' };
    return { kind: 'connected', connection: client, server: result.capabilities.experimental.greenroom };
  } catch (error) {
    const { data } = fromWire(error, 'initialize');
    if (data.code !== 'network') return { kind: 'refused', connection: client, error: data };
    client.close();
    return { kind: 'unready' };
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined when nobody listens. */
export function connectSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    // Also later: the close that follows an error says it all.
    socket.on('error', () => resolve(undefined));
  });
}

function wrap(socket: Socket): { connection: MessageConnection; client: Client } {
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const gone = new AbortController();
  void closed.then(() => {
    gone.abort(lost());
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.listen();

  async function request<M extends RequestMethod>(
    method: M,
    params: ParamsOf<M>,
    signal?: AbortSignal,
  ): Promise<ResultOf<M>> {
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    try {
      return await raceAbort(connection.sendRequest<ResultOf<M>>(method, params, source.token), gone.signal);
    } catch (error) {
      throw fromWire(error, method);
    } finally {
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  return {
    connection,
    client: {
      request,
      on: (method, listener) => {
        const subscription = connection.onNotification(method, listener);
        return () => subscription.dispose();
      },
      closed,
      drain: (reason) => request('server/drain', { reason }),
      close: () => socket.destroy(),
    },
  };
}

/** The typed error of a failed request. */
function fromWire(error: unknown, method: string): GreenroomError {
  if (error instanceof GreenroomError) return error;
  const data = error instanceof ResponseError ? (error.data as ErrorData | undefined) : undefined;
  if (data !== undefined && typeof data.code === 'string' && typeof data.next === 'string') {
    const { code, message, next, ...extra } = data;
    return new GreenroomError(code, message, next, { ...extra, cause: error });
  }
  const { code } = error as { code?: number | string };
  // The library's codes for a connection that cannot be read or written, and the operating system's (EPIPE, …).
  if (typeof code === 'string' || (typeof code === 'number' && LOST.has(code))) return lost(error);
  return new GreenroomError(
    'internal',
    `The server could not answer ${method}: ${error instanceof Error ? error.message : String(error)}`,
    'Look in the log ("greenroom logs") for the reason.',
    { cause: error },
  );
}

function lost(cause?: unknown): GreenroomError {
  return new GreenroomError(
    'network',
    'The connection to the server ended.',
    'Try again: the server starts by itself, and its log ("greenroom logs") says why it ended.',
    { cause },
  );
}

/** A server that outlives this process: detached, with no pipe to us. */
function startServer({ paths, serverArgs = [], env = process.env }: ClientOptions): StartedServer {
  const child = spawn(process.execPath, [...SERVER_NODE_OPTIONS, entryPath('server'), ...serverArgs], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: {
      ...env,
      GREENROOM_HOME: paths.home,
      NODE_COMPILE_CACHE: join(paths.cache, 'node'),
      [API_KEY_VARIABLE]: undefined,
    },
  });
  let exit: ReturnType<StartedServer['exit']>;
  child.once('exit', (code, signal) => (exit = { code, signal }));
  child.once('error', () => (exit ??= { code: 127, signal: null }));
  child.unref();
  return { exit: () => exit };
}
