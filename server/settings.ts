import * as z from 'zod/mini';
import type { Settings } from '../shared/protocol.ts';

export const DEFAULT_IDLE_MINUTES = 10;

/** What a client may pass; bounds keep one client from starving the machine. Unknown settings are left out. */
export const settingsSchema: z.ZodMiniType<Settings> = z.object({
  'server.idleMinutes': z.exactOptional(z.number().check(z.positive(), z.maximum(10_080))),
  'browser.maxPages': z.exactOptional(z.int().check(z.minimum(1), z.maximum(64))),
  'browser.maxQueue': z.exactOptional(z.int().check(z.minimum(0), z.maximum(10_000))),
  'browser.executablePath': z.exactOptional(z.string().check(z.maxLength(4096))),
  'browser.headless': z.exactOptional(z.boolean()),
  'provision.browserDeadlineSeconds': z.exactOptional(z.number().check(z.minimum(1), z.maximum(86_400))),
});
