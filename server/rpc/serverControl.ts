import type { Handlers } from './handlers.ts';
import { objectOf } from './plainChecks.ts';

const DEFAULT_GRACE_MS = 10_000;
const MAX_GRACE_MS = 3_600_000;
const MAX_REASON = 500;

/** Never changed incompatibly: these two are also taken from clients of other protocol versions. */
export const serverHandlers: Handlers<'server/stop' | 'server/drain'> = {
  'server/stop': {
    params: objectOf([
      {
        name: 'graceMs',
        optional: true,
        fits: (value) => typeof value === 'number' && value >= 0 && value <= MAX_GRACE_MS,
        what: `a number from 0 to ${MAX_GRACE_MS}`,
      },
    ]),
    handle: ({ graceMs }, { app, client }) => {
      app.departure.stop(`A client (${client}) stopped the server.`, graceMs ?? DEFAULT_GRACE_MS);
      return {};
    },
  },
  'server/drain': {
    params: objectOf([
      {
        name: 'reason',
        optional: false,
        fits: (value) => typeof value === 'string' && value.length <= MAX_REASON,
        what: `a text of at most ${MAX_REASON} characters`,
      },
    ]),
    handle: ({ reason }, { app }) => {
      app.departure.drain(reason);
      return { activeRuns: app.activeWork() };
    },
  },
};
