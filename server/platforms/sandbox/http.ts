import type { Context } from 'hono';
import * as z from 'zod';
import { MAX_BODY_BYTES, SandboxProblem, validated } from './model.ts';

/** The error envelope of every API answer that is not a success. */
export function envelope(type: string, message: string, details: SandboxProblem['details'] = null): object {
  return { errors: [{ type, message, details }] };
}

/** The request's body as text. Throws 413 as soon as it is larger than `maxBytes`. */
export async function textBody(context: Context, maxBytes: number): Promise<string> {
  const tooLarge = new SandboxProblem(
    413,
    'payload_too_large',
    `The body is larger than ${maxBytes / 1e6} MB.`,
  );
  if (Number(context.req.header('content-length') ?? 0) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The request's JSON body. Throws 400 when it is none. */
export async function jsonBody(context: Context): Promise<unknown> {
  const text = await textBody(context, MAX_BODY_BYTES);
  try {
    return JSON.parse(text);
  } catch {
    throw new SandboxProblem(400, 'bad_request', 'The body is not valid JSON.');
  }
}

/** The fields of a form as browsers send it by default. */
export async function formBody(context: Context): Promise<Record<string, string | undefined>> {
  return Object.fromEntries(new URLSearchParams(await textBody(context, MAX_FORM_BYTES)));
}

export async function bodyAs<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  return validated(schema, await jsonBody(context));
}

const MAX_FORM_BYTES = 1_000_000;
const DEFAULT_PAGE = 20;

/**
 * A page of `items` by the query's `limit` (1-100) and `cursor`; the meta's `next_page_url` is to be used unchanged.
 * A cursor belongs to the last item shown, so that new items do not shift pages.
 */
export function page<T extends { id: string }, R>(
  context: Context,
  items: readonly T[],
  show: (item: T) => R,
): { data: R[]; meta: { next_page_url: string | null } } {
  const query = validated(
    z.object({
      limit: z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE),
      cursor: z.string().optional(),
    }),
    { limit: context.req.query('limit'), cursor: context.req.query('cursor') },
    'query',
  );
  let start = 0;
  if (query.cursor !== undefined) {
    const last = Buffer.from(query.cursor, 'base64url').toString('utf8');
    const place = items.findIndex(({ id }) => `after:${id}` === last);
    if (place < 0) throw new SandboxProblem(400, 'bad_request', 'The cursor is not valid here.');
    start = place + 1;
  }
  const shown = items.slice(start, start + query.limit);
  const last = shown.at(-1);
  const more = start + shown.length < items.length && last !== undefined;
  let next: string | null = null;
  if (more) {
    const url = new URL(context.req.url);
    url.searchParams.set('cursor', Buffer.from(`after:${last.id}`).toString('base64url'));
    next = url.href;
  }
  return { data: shown.map(show), meta: { next_page_url: next } };
}
