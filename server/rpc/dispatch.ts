import type { Logger } from 'pino';
import { GreenroomError, isGreenroomError, RPC_ERROR, toErrorData } from '../../shared/errors.ts';
import type { ErrorData, RequestMethod } from '../../shared/protocol.ts';
import { type CancellationToken, ResponseError } from 'vscode-languageserver/node';
import type { Call } from './handlers.ts';
import { inEnglish } from './schemas.ts';
import { handlerOf } from './table.ts';

/** Checks the parameters of a request and serves it. Errors: `invalid-input`, or those of the service. */
export async function dispatch<M extends RequestMethod>(
  method: M,
  params: unknown,
  call: Call,
): Promise<unknown> {
  const handler = await handlerOf(method);
  const checked = handler.params.safeParse(params ?? {}, inEnglish);
  if (checked.success) return await handler.handle(checked.data, call);
  const issue = checked.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new GreenroomError(
    'invalid-input',
    `${field === '' ? `The parameters of ${method} are wrong` : `"${field}" is wrong`}: ${issue?.message ?? ''}`,
    'Correct the named value and send the request again.',
    { field },
  );
}

export function unknownMethod(method: string): GreenroomError {
  return new GreenroomError(
    'invalid-input',
    `The server knows no request "${method.slice(0, 100)}".`,
    'Client and server may be of different versions: update both.',
    { field: 'method' },
  );
}

/** What crosses the wire for a thrown value. Unexpected ones are logged with their stack. */
export function toResponseError(
  thrown: unknown,
  context: { method: string; cancelled: boolean; logger: Logger },
): ResponseError<ErrorData> {
  const { method, cancelled, logger } = context;
  const error =
    cancelled && !isGreenroomError(thrown)
      ? new GreenroomError('cancelled', 'You cancelled it.', 'Start it again when you want.', {
          cause: thrown,
        })
      : thrown;
  const data = toErrorData(error);
  if (data.code === 'internal') logger.error({ err: error, method }, 'a request failed unexpectedly');
  return new ResponseError(RPC_ERROR, data.message, data);
}

/** The same as a cancellation token, for our own code. */
export function abortSignalOf(token: CancellationToken): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(new GreenroomError('cancelled', 'You cancelled it.', 'Start it again when you want.'));
  if (token.isCancellationRequested) abort();
  const subscription = token.onCancellationRequested(abort);
  return { signal: controller.signal, dispose: () => subscription.dispose() };
}
