import * as z from 'zod';
import type { Settings } from '../shared/protocol.ts';

/** What a client may pass; bounds keep one client from starving the machine. */
export const settingsSchema = z.object({
  'server.idleMinutes': z.number().positive().max(10_080).exactOptional(),
  'browser.maxPages': z.int().min(1).max(64).exactOptional(),
  'browser.maxQueue': z.int().min(0).max(10_000).exactOptional(),
  'browser.executablePath': z.string().max(4096).exactOptional(),
  'browser.headless': z.boolean().exactOptional(),
  'provision.browserDeadlineSeconds': z.number().min(1).max(86_400).exactOptional(),
}) satisfies z.ZodType<Settings>;

export const DEFAULT_IDLE_MINUTES = 10;
