import type { CancellationToken } from 'vscode';
import type {
  ErrorData,
  NotificationMethod,
  Notifications,
  ParamsOf,
  RequestMethod,
  ResultOf,
} from '../shared/protocol.ts';
import { GreenroomError, RPC_ERROR, isGreenroomError } from '../shared/errors.ts';

/** The typed way to the server. Every failure is a {@link GreenroomError}. */
export interface Rpc {
  request<M extends RequestMethod>(
    method: M,
    params: ParamsOf<M>,
    token?: CancellationToken,
  ): Promise<ResultOf<M>>;
}

/** What carries messages: the part of a language client that we use. */
export interface Wire {
  sendRequest(method: string, params: object, token?: CancellationToken): Promise<unknown>;
  onNotification(method: string, handler: (params: unknown) => void): { dispose(): void };
}

export function rpcOver(wire: Wire): Rpc {
  return {
    async request<M extends RequestMethod>(method: M, params: ParamsOf<M>, token?: CancellationToken) {
      try {
        // The library takes an undefined third argument for a second parameter.
        const answer = token ? wire.sendRequest(method, params, token) : wire.sendRequest(method, params);
        return (await answer) as ResultOf<M>;
      } catch (error) {
        throw fromWire(error);
      }
    },
  };
}

export function onNotification<M extends NotificationMethod>(
  wire: Wire,
  method: M,
  handler: (params: Notifications[M]) => void,
): { dispose(): void } {
  return wire.onNotification(method, (params) => {
    handler(params as Notifications[M]);
  });
}

const REQUEST_CANCELLED = -32800;
/** Codes of JSON-RPC's own that mean "the connection is gone" (vscode-jsonrpc `ErrorCodes`). */
const CONNECTION_CODES: ReadonlySet<number> = new Set([-32097, -32099, -32096, -32094, -32095]);

/** The typed error behind whatever the connection threw. */
export function fromWire(error: unknown): GreenroomError {
  if (isGreenroomError(error)) return error;
  const { code, data } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    data?: unknown;
  };
  if (code === RPC_ERROR && isErrorData(data)) {
    const { field, facts, retryable } = data;
    return new GreenroomError(data.code, data.message, data.next, {
      retryable,
      ...(field === undefined ? {} : { field }),
      ...(facts === undefined ? {} : { facts }),
      cause: error,
    });
  }
  if (code === REQUEST_CANCELLED) {
    return new GreenroomError('cancelled', 'Cancelled.', 'Start it again when you like.', { cause: error });
  }
  if (typeof code === 'number' && CONNECTION_CODES.has(code)) {
    return new GreenroomError(
      'network',
      'The server went away before it answered.',
      'Try again: Greenroom starts a new server.',
      { cause: error },
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new GreenroomError('internal', message, 'Look in the log for details.', { cause: error });
}

function isErrorData(data: unknown): data is ErrorData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'code' in data &&
    'message' in data &&
    'next' in data &&
    typeof data.message === 'string'
  );
}
