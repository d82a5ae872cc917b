import type { Handlers } from './handlers.ts';
import { empty } from './schemas.ts';

export const healthHandlers: Handlers<'health/get' | 'state/attach'> = {
  'health/get': { params: empty, handle: (_params, { app }) => app.health() },
  'state/attach': { params: empty, handle: (_params, call) => call.attach() },
};
