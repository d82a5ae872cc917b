import type { Handlers } from './handlers.ts';
import { empty } from './schemas.ts';

export const sandboxHandlers: Handlers<'sandbox/dashboard'> = {
  'sandbox/dashboard': {
    params: empty,
    handle: async (_params, { app }) => ({ url: (await app.services.sandbox.get()).host.loginUrl() }),
  },
};
