/**
 * Ends browsers whose server is gone. Its standard input is a pipe that the server holds: lines name the browsers to
 * watch, and its end means that the server has ended, however that came about. Detached, so that a signal to the
 * server's process group does not reach it.
 */
import { createInterface } from 'node:readline';
import { endStray } from './closeLadder.ts';
import { browserHome, removeHome } from './homes.ts';
import type { SupervisorLine } from './supervision.ts';

const TERM_MS = 2_000;
const watched = new Map<string, SupervisorLine>();
const lines = createInterface({ input: process.stdin });

lines.on('line', (text) => {
  const line = JSON.parse(text) as SupervisorLine;
  if (line.browser === undefined) watched.delete(line.id);
  else watched.set(line.id, line);
});

lines.once('close', () => {
  void Promise.allSettled([...watched.values()].map(endWatched)).then(() => process.exit(0));
});

async function endWatched({ root, id, browser }: SupervisorLine): Promise<void> {
  if (browser !== undefined && (await endStray(browser, TERM_MS))) await removeHome(browserHome(root, id));
}

for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
