import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';

/** One call of an action. */
export interface Call {
  at: number;
  demo: string;
  action: string;
  method: string;
  path: string;
  inputs: unknown;
  status: number;
  result: unknown;
}

export interface CallLog {
  add(call: Call): void;
  /** Calls of one demo, newest first; at most 200 over all demos are kept at hand. */
  of(demo: string): Call[];
  /** Resolves when all calls are in the file. */
  flush(): Promise<void>;
}

const KEPT = 200;

/** Keeps calls in memory and in a JSON Lines file; a full file becomes `<path>.1`, so that two are kept at most. */
export async function openCallLog(path: string, logger: Logger, maxBytes = 1024 * 1024): Promise<CallLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const recent = (await readFile(path, 'utf8').catch(() => ''))
    .split('\n')
    .slice(-KEPT - 1)
    .flatMap(parseCall);
  let bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  let writing = Promise.resolve();

  async function write(line: string): Promise<void> {
    if (bytes > 0 && bytes + line.length > maxBytes) {
      await rename(path, `${path}.1`);
      bytes = 0;
    }
    await appendFile(path, line, { mode: 0o600 });
    bytes += Buffer.byteLength(line);
  }

  return {
    add(call) {
      recent.push(call);
      if (recent.length > KEPT) recent.shift();
      writing = writing
        .then(() => write(`${JSON.stringify(call)}\n`))
        .catch((error: unknown) => {
          logger.warn({ err: error, path }, 'a call could not be logged');
        });
    },
    of: (demo) => recent.filter((call) => call.demo === demo).reverse(),
    flush: () => writing,
  };
}

/** A line that a crash cut short is left out. */
function parseCall(line: string): Call[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Call];
  } catch {
    return [];
  }
}
