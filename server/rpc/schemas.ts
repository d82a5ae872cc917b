// zod/mini, here and in every topic: a client waits for a starting server, and all of zod takes four times as long to load.
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import type { Empty, RunRef } from '../../shared/protocol.ts';

/** Longest text of a spec or an actions file, in characters. */
const MAX_DOCUMENT = 1_000_000;

export const empty: z.ZodMiniType<Empty> = z.strictObject({});
export const id = z
  .string()
  .check(z.regex(/^[\w-]{1,64}$/, 'an id: up to 64 letters, digits, hyphens and underscores'));
/** Names, addresses and paths: bounded, their meaning is the service's business. */
export const line = z.string().check(z.minLength(1), z.maxLength(4096));
export const document = z.string().check(z.maxLength(MAX_DOCUMENT));
export const runRef: z.ZodMiniType<RunRef> = z.strictObject({ runId: id });

/** Says in English what is wrong with a value; zod/mini says only that something is. */
export const inEnglish = { error: en().localeError } satisfies z.core.ParseContext<z.core.$ZodIssue>;
