import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** When somebody last used one of this process's HTTP servers: a bot's chat page, its dashboard, a mock endpoint. */
export interface Visits {
  within(ms: number): boolean;
  stop(): void;
}

/** Node tells of each request on this channel (https://nodejs.org/api/diagnostics_channel.html, "HTTP"). */
const CHANNEL = 'http.server.request.start';

export function watchVisits(now: () => number = () => performance.now()): Visits {
  let last = -Infinity;
  const onRequest = (): void => {
    last = now();
  };
  subscribe(CHANNEL, onRequest);
  return {
    within: (ms) => now() - last < ms,
    stop: () => void unsubscribe(CHANNEL, onRequest),
  };
}
