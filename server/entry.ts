import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The server's other entry points: worker threads and child processes. */
const SOURCES = {
  server: 'main.ts',
  supervisor: 'browser/supervisor.ts',
  extractWorker: 'scrape/extractWorker.ts',
} as const;

/**
 * Absolute path of an entry point: its bundle when we are bundled, its source when we run from source
 * (Node 24 strips the types).
 */
export function entryPath(name: keyof typeof SOURCES): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts') ? join(dirname(here), SOURCES[name]) : join(dirname(here), `${name}.mjs`);
}
