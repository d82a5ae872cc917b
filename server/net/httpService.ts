import type { Agent, Dispatcher } from 'undici';
import type { ErrorCode } from '../../shared/protocol.ts';
import { GreenroomError } from '../../shared/errors.ts';

export interface HttpServiceOptions {
  /** What people call the service; errors name it. */
  name: string;
  /** Paths of requests are appended to it. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer …` unless a request brings its own. Never part of an error. */
  bearer?: string;
  headers?: Readonly<Record<string, string>>;
  /** Longest time of one request, answer included. Default 15 000 ms. */
  timeoutMs?: number;
  /** Default 10 MB. */
  maxResponseBytes?: number;
  /** Connections kept open at once. Default 8. */
  connections?: number;
}

export interface HttpRequest {
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  json?: unknown;
  headers?: Readonly<Record<string, string>>;
  bearer?: string;
  timeoutMs?: number;
}

export interface HttpReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The parsed JSON; undefined when the body is empty. */
  body: unknown;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The one JSON client of an outside service: keeps connections alive, limits time and size, types failures. */
export interface HttpService {
  /**
   * Resolves with a 2xx reply. Does not retry. Errors: `network`, `platform-unavailable` (5xx, no answer in time,
   * no JSON), `rate-limited` (`facts.retryAfterMs` when the service says), `unauthorized` (401, 403), `not-found`,
   * `conflict` (409), `platform-rejected` (other 4xx, with the service's message), or the signal's reason.
   */
  request(method: HttpMethod, path: string, signal: AbortSignal, request?: HttpRequest): Promise<HttpReply>;
  /** Closes idle connections; requests under way fail. */
  close(): Promise<void>;
}

/** `undici` is loaded with the first request. */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const { name, timeoutMs = 15_000, maxResponseBytes = 10 * 1024 * 1024, connections = 8 } = options;
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  let loading: Promise<Agent> | undefined;
  let closed = false;

  function agent(): Promise<Agent> {
    loading ??= import('./agent.ts').then(({ createAgent }) =>
      createAgent({ connections, maxResponseBytes }),
    );
    return loading;
  }

  async function request(
    method: HttpMethod,
    path: string,
    signal: AbortSignal,
    {
      query = {},
      json,
      headers = {},
      bearer = options.bearer,
      timeoutMs: limit = timeoutMs,
    }: HttpRequest = {},
  ): Promise<HttpReply> {
    signal.throwIfAborted();
    if (closed) throw new GreenroomError('cancelled', `The connection to ${name} is closed.`, 'Try again.');
    const url = new URL(baseUrl + path);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const pool = await agent();
    const timeout = AbortSignal.timeout(limit);
    let response: Dispatcher.ResponseData;
    let text: string;
    try {
      response = await pool.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        signal: AbortSignal.any([signal, timeout]),
        headers: {
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...options.headers,
          ...headers,
        },
        body: json === undefined ? null : JSON.stringify(json),
      });
      text = await response.body.text();
    } catch (error) {
      signal.throwIfAborted();
      throw timeout.aborted ? tooSlow(name, url, limit) : unreachable(name, url, error);
    }
    if (response.statusCode < 200 || response.statusCode >= 300) throw refusal(name, response, text);
    return { status: response.statusCode, headers: flat(response.headers), body: parse(name, text) };
  }

  return {
    request,
    async close() {
      closed = true;
      await (await loading)?.destroy();
    },
  };
}

function parse(name: string, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GreenroomError(
      'platform-unavailable',
      `${name} answered with something that is not JSON.`,
      'Check the address of the service, or try again later.',
      { cause },
    );
  }
}

function tooSlow(name: string, url: URL, limit: number): GreenroomError {
  return new GreenroomError(
    'platform-unavailable',
    `${name} (${url.host}) did not answer within ${limit / 1000} s.`,
    'Try again in a moment.',
  );
}

function unreachable(name: string, url: URL, cause: unknown): GreenroomError {
  const reason = codeOf(cause);
  if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new GreenroomError(
      'platform-rejected',
      `${name} (${url.host}) sent more than is accepted.`,
      'Ask for less at once.',
      { cause },
    );
  }
  return new GreenroomError(
    'network',
    `${name} (${url.host}) cannot be reached${reason === undefined ? '' : ` (${reason})`}.`,
    'Check the connection and try again.',
    { cause },
  );
}

/** The system's or undici's code; with several addresses tried, that of the first. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}

const REFUSALS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  401: ['unauthorized', 'Check the API key: it may be wrong, revoked or of another account.'],
  403: ['unauthorized', 'Use a key that is allowed to do this.'],
  404: ['not-found', 'Check that it still exists in the dashboard.'],
  409: ['conflict', 'Use the one that exists, or choose another name.'],
  429: ['rate-limited', 'Wait a moment and try again.'],
};

function refusal(name: string, response: Dispatcher.ResponseData, text: string): GreenroomError {
  const status = response.statusCode;
  const said = messageOf(text);
  const [code, next] =
    REFUSALS[status] ??
    (status >= 500
      ? (['platform-unavailable', 'Try again in a moment.'] as const)
      : (['platform-rejected', 'Change what the message names and try again.'] as const));
  const retryAfterMs =
    status === 429 || status === 503 ? waitOf(flat(response.headers)['retry-after']) : undefined;
  return new GreenroomError(code, `${name} answered ${status}${said === '' ? '' : `: ${said}`}`, next, {
    facts: { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const LONGEST_MESSAGE = 300;

/** What a service says in the common envelopes: `errors[]`, `error`, `message`, `detail`; else nothing. */
function messageOf(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return '';
  }
  const words = wordsOf(body, 0).replace(/\s+/g, ' ').trim();
  return words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE - 1)}…` : words;
}

function wordsOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 3) return '';
  if (Array.isArray(value)) return wordsOf(value[0], depth + 1);
  const record = value as Record<string, unknown>;
  for (const key of ['errors', 'error', 'message', 'detail']) {
    const words = wordsOf(record[key], depth + 1);
    if (words !== '') return words;
  }
  return '';
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
