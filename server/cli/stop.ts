import { GreenroomError } from '../../shared/errors.ts';
import { currentPaths } from '../home.ts';
import { readHolder } from '../lifecycle/lock.ts';
import { processStart } from '../lifecycle/processStart.ts';
import { delay } from '../timing/abort.ts';
import { numberOption, parseCommand } from './args.ts';
import { tryConnect } from './connection.ts';
import type { CommandIo } from './io.ts';
import { clientOptions } from './withServer.ts';

const DEFAULT_GRACE_S = 10;
/** What the server itself allows for closing everything, and some. */
const END_WITHIN_MS = 20_000;

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('stop', argv, { grace: { type: 'string' } });
  const graceMs =
    numberOption('stop', 'grace', values.grace, { fallback: DEFAULT_GRACE_S, min: 0, max: 3600 }) * 1000;
  const { lock, serverLog } = currentPaths(io.env);
  const holder = readHolder(lock);
  const attempt = await tryConnect(clientOptions(io));
  if (attempt.kind === 'absent') {
    io.out('No server is running.');
    return 0;
  }
  if (attempt.kind === 'unready') {
    throw new GreenroomError(
      'internal',
      `The server (process ${holder?.pid ?? 'unknown'}) does not answer.`,
      `Look in ${serverLog}, or end that process by hand.`,
    );
  }
  if (attempt.kind === 'refused' && attempt.error.code !== 'version-mismatch') {
    attempt.connection.close();
    const { code, message, next } = attempt.error;
    throw new GreenroomError(code, message, next);
  }
  const { connection } = attempt;
  try {
    await connection.request('server/stop', { graceMs }, io.signal);
  } finally {
    if (io.signal.aborted) connection.close();
  }
  await untilGone(holder, graceMs + END_WITHIN_MS, io.signal);
  connection.close();
  io.out('The server has stopped.');
  return 0;
}

async function untilGone(
  holder: { pid: number; start: string } | undefined,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (holder !== undefined && (await processStart(holder.pid)) === holder.start) {
    if (performance.now() > deadline) {
      throw new GreenroomError(
        'deadline',
        `The server (process ${holder.pid}) has not ended yet.`,
        'It ends when its work is over; look at "greenroom status" again, or end that process by hand.',
      );
    }
    await delay(25, signal);
  }
}
