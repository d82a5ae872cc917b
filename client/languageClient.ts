import type { Socket } from 'node:net';
import type { LogOutputChannel } from 'vscode';
import type { InitializeResult, LanguageClientOptions } from 'vscode-languageclient/node';
import {
  CloseAction,
  createProtocolConnection,
  ErrorAction,
  LanguageClient,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-languageclient/node';
import { GreenroomError } from '../shared/errors.ts';
import type { Handshake, ResultOf, ServerIdentity } from '../shared/protocol.ts';
import { fromWire, onNotification, rpcOver } from './rpc.ts';
import type { Link, LinkEvents } from './server.ts';

/** The library shows a toast for every trouble of the connection; ours go through one place. */
class QuietLanguageClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/** Shakes hands over a connected socket. Rejects with the server's typed refusal, or `network` when it hung up. */
export async function openLanguageClient(options: {
  socket: Socket;
  handshake: Handshake;
  output: LogOutputChannel;
  events: LinkEvents;
  timeoutMs: number;
}): Promise<Link> {
  const { events, handshake, output, socket } = options;
  let refusal: unknown;
  let open = false;
  const clientOptions: LanguageClientOptions = {
    documentSelector: [],
    outputChannel: output,
    traceOutputChannel: output,
    initializationOptions: handshake,
    initializationFailedHandler: (error) => {
      refusal = error;
      return false;
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        if (open) events.closed();
        open = false;
        return { action: CloseAction.DoNotRestart, handled: true, message: 'The connection ended.' };
      },
    },
  };
  const client = new QuietLanguageClient(
    'greenroom',
    'Greenroom',
    () => Promise.resolve({ reader: socket, writer: socket, detached: true }),
    clientOptions,
  );
  onNotification(client, 'state/changed', (change) => {
    events.changed(change);
  });
  onNotification(client, 'server/leaving', ({ reason }) => {
    events.leaving(reason);
  });
  const close = async (): Promise<void> => {
    open = false;
    // The library throws when the connection is gone already, which is what we want.
    await client.dispose(1000).catch(() => undefined);
    socket.destroy();
  };
  const timer = setTimeout(() => socket.destroy(), options.timeoutMs);
  try {
    await client.start();
    const identity = identityOf(client.initializeResult);
    open = true;
    return { ...rpcOver(client), identity, close };
  } catch (error) {
    await close();
    throw fromWire(refusal ?? error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks a server of another version to leave. It refuses our handshake but still takes `server/drain` on that
 * connection, which a language client would have given up by then.
 */
export async function drainOver(
  socket: Socket,
  handshake: Handshake,
  reason: string,
): Promise<ResultOf<'server/drain'>> {
  const connection = createProtocolConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  connection.listen();
  try {
    await connection
      .sendRequest('initialize', { processId: null, capabilities: {}, initializationOptions: handshake })
      .catch(() => undefined);
    return await connection.sendRequest<ResultOf<'server/drain'>>('server/drain', { reason });
  } finally {
    connection.dispose();
    socket.destroy();
  }
}

function identityOf(result: InitializeResult | undefined): ServerIdentity {
  const experimental = result?.capabilities.experimental as { greenroom?: ServerIdentity } | undefined;
  if (experimental?.greenroom) return experimental.greenroom;
  throw new GreenroomError(
    'version-mismatch',
    'What answered on the socket is not a Greenroom server.',
    'Restart the server.',
  );
}
