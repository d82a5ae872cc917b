import * as z from 'zod/mini';
import type { Handlers } from './handlers.ts';
import { runRef } from './schemas.ts';

export const chatHandlers: Handlers<'chat/open' | 'chat/send'> = {
  'chat/open': {
    params: runRef,
    handle: async ({ runId }, { app, signal }) => (await app.services.chats.get()).open(runId, signal),
  },
  'chat/send': {
    params: z.strictObject({
      conversationId: z.string().check(z.minLength(1), z.maxLength(200)),
      text: z.string().check(z.trim(), z.minLength(1), z.maxLength(8000)),
    }),
    handle: async ({ conversationId, text }, { app, signal }) =>
      (await app.services.chats.get()).send(conversationId, text, signal),
  },
};
