import * as z from 'zod/mini';
import type { Handlers } from './handlers.ts';

const DEFAULT_GRACE_MS = 10_000;
const MAX_GRACE_MS = 3_600_000;
const MAX_REASON = 500;

/** Never changed incompatibly: these two are also taken from clients of other protocol versions. */
export const serverHandlers: Handlers<'server/stop' | 'server/drain'> = {
  'server/stop': {
    params: z.strictObject({
      graceMs: z.exactOptional(z.number().check(z.minimum(0), z.maximum(MAX_GRACE_MS))),
    }),
    handle: ({ graceMs }, { app, client }) => {
      app.departure.stop(`A client (${client}) stopped the server.`, graceMs ?? DEFAULT_GRACE_MS);
      return {};
    },
  },
  'server/drain': {
    params: z.strictObject({ reason: z.string().check(z.maxLength(MAX_REASON)) }),
    handle: ({ reason }, { app }) => {
      app.departure.drain(reason);
      return { activeRuns: app.activeWork() };
    },
  },
};
