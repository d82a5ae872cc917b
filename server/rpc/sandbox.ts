import * as z from 'zod/mini';
import type { Handlers } from './handlers.ts';

const MAX_PATH = 500;

export const sandboxHandlers: Handlers<'sandbox/dashboard'> = {
  'sandbox/dashboard': {
    params: z.strictObject({
      path: z.exactOptional(
        z.string().check(z.regex(/^\/(?!\/)/, 'a path on the platform'), z.maxLength(MAX_PATH)),
      ),
    }),
    handle: async ({ path }, { app }) => ({ url: (await app.services.sandbox.get()).host.loginUrl(path) }),
  },
};
