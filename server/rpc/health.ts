import { empty } from './schemas.ts';
import type { Handlers } from './handlers.ts';

export const healthHandlers: Handlers<'health/get' | 'state/attach'> = {
  'health/get': { params: empty, handle: (_params, { app }) => app.health() },
  'state/attach': { params: empty, handle: (_params, call) => call.attach() },
};
