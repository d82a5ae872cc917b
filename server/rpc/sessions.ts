import * as z from 'zod/mini';
import { GreenroomError } from '../../shared/errors.ts';
import type { Handlers } from './handlers.ts';
import { empty, id } from './schemas.ts';

/** Without a browser engine there are no sessions: none of these loads it. */
export const sessionHandlers: Handlers<'session/list' | 'session/close' | 'session/closeAll'> = {
  'session/list': {
    params: empty,
    handle: (_params, { app }) => app.services.browsers.peek()?.list() ?? [],
  },
  'session/close': {
    params: z.strictObject({ sessionId: id }),
    handle: async ({ sessionId }, { app }) => {
      const browsers = app.services.browsers.peek();
      if (browsers === undefined) {
        throw new GreenroomError(
          'not-found',
          `There is no session ${sessionId}.`,
          'Look at the list of sessions: it may have ended by itself.',
        );
      }
      await browsers.close(sessionId);
      return {};
    },
  },
  'session/closeAll': {
    params: z.strictObject({ allTenants: z.exactOptional(z.boolean()) }),
    handle: async ({ allTenants }, { app, tenant }) => {
      const browsers = app.services.browsers.peek();
      const closed = await (allTenants === true ? browsers?.closeAll() : browsers?.closeAll(tenant));
      return { closed: closed ?? 0 };
    },
  },
};
