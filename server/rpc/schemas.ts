import * as z from 'zod';
import type { RunRef } from '../../shared/protocol.ts';

/** Longest text of a spec or an actions file, in characters. */
const MAX_DOCUMENT = 1_000_000;

export const id = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'an id: up to 64 letters, digits, hyphens and underscores');
/** Names, addresses and paths: bounded, their meaning is the service's business. */
export const line = z.string().min(1).max(4096);
export const document = z.string().max(MAX_DOCUMENT);
export const runRef: z.ZodType<RunRef> = z.strictObject({ runId: id });
