import * as z from 'zod';
import type { Handlers } from './handlers.ts';

const DEFAULT_GRACE_MS = 10_000;
const MAX_GRACE_MS = 3_600_000;

/** Never changed incompatibly: these two are also taken from clients of other protocol versions. */
export const serverHandlers: Handlers<'server/stop' | 'server/drain'> = {
  'server/stop': {
    params: z.strictObject({ graceMs: z.number().min(0).max(MAX_GRACE_MS).exactOptional() }),
    handle: ({ graceMs }, { app, client }) => {
      app.departure.stop(`A client (${client}) stopped the server.`, graceMs ?? DEFAULT_GRACE_MS);
      return {};
    },
  },
  'server/drain': {
    params: z.strictObject({ reason: z.string().max(500) }),
    handle: ({ reason }, { app }) => {
      app.departure.drain(reason);
      return { activeRuns: app.activeWork() };
    },
  },
};
