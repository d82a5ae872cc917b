import type { RequestMethod } from '../../shared/protocol.ts';
import { chatHandlers } from './chat.ts';
import type { Handlers } from './handlers.ts';
import { healthHandlers } from './health.ts';
import { runHandlers } from './runs.ts';
import { sandboxHandlers } from './sandbox.ts';
import { scrapeHandlers } from './scrape.ts';
import { serverHandlers } from './serverControl.ts';
import { sessionHandlers } from './sessions.ts';

export const HANDLERS: Handlers = {
  ...healthHandlers,
  ...runHandlers,
  ...sessionHandlers,
  ...scrapeHandlers,
  ...chatHandlers,
  ...sandboxHandlers,
  ...serverHandlers,
};

export function isRequestMethod(method: string): method is RequestMethod {
  return Object.hasOwn(HANDLERS, method);
}
