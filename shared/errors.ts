import type { ErrorCode, ErrorData } from './protocol.ts';

/** JSON-RPC code of every error of ours; the meaning is in {@link ErrorData.code}. */
export const RPC_ERROR = -32050;

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'exhausted',
  'queue-full',
  'browser-crashed',
  'page-crashed',
  'network',
  'platform-unavailable',
  'rate-limited',
]);

/**
 * The one error type of Greenroom. `message` says what happened, `next` what to do about it; both are
 * sentences for a person and hold no secret.
 */
export class GreenroomError extends Error {
  readonly data: ErrorData;

  constructor(
    code: ErrorCode,
    message: string,
    next: string,
    extra: {
      field?: string;
      facts?: Record<string, number | string>;
      retryable?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'GreenroomError';
    this.data = {
      code,
      message,
      next,
      retryable: extra.retryable ?? RETRYABLE.has(code),
      ...(extra.field === undefined ? {} : { field: extra.field }),
      ...(extra.facts === undefined ? {} : { facts: extra.facts }),
    };
  }

  get code(): ErrorCode {
    return this.data.code;
  }
}

/** True for {@link GreenroomError}s, also those made by another bundle. */
export function isGreenroomError(error: unknown): error is GreenroomError {
  return error instanceof Error && error.name === 'GreenroomError' && 'data' in error;
}

/** The typed data of any thrown value; an unknown one becomes `internal`. */
export function toErrorData(error: unknown): ErrorData {
  if (isGreenroomError(error)) return error.data;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: message.split('\n', 1)[0] ?? 'Something failed.',
    next: 'Look in the log for details, and report it if it happens again.',
    retryable: false,
  };
}

/** `error` if it already is one of ours, else a typed one with the given code that keeps it as its cause. */
export function asGreenroomError(error: unknown, code: ErrorCode, next: string): GreenroomError {
  if (isGreenroomError(error)) return error;
  return new GreenroomError(code, toErrorData(error).message, next, { cause: error });
}
