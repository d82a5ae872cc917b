import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { currentPaths } from '../home.ts';
import { delay } from '../timing/abort.ts';
import { numberOption, parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';

const TAIL_BYTES = 256 * 1024;
const FOLLOW_MS = 250;

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('logs', argv, {
    follow: { type: 'boolean', short: 'f' },
    lines: { type: 'string', short: 'n' },
    raw: { type: 'boolean' },
  });
  const lines = numberOption('logs', 'lines', values.lines, { fallback: 20, min: 0, max: 100_000 });
  const { logs, serverLog } = currentPaths(io.env);
  const show = (line: string): void => io.out(values.raw === true ? line : formatLine(line, io));
  let { text, end } = readFrom(serverLog, undefined);
  io.err(`The logs are in ${logs}`);
  if (!existsSync(serverLog)) io.err('There is no log yet: no server has run.');
  for (const line of completeLines(text).slice(lines === 0 ? Infinity : -lines)) show(line);
  let rest = text.slice(text.lastIndexOf('\n') + 1);
  while (values.follow === true) {
    await delay(FOLLOW_MS, io.signal);
    ({ text, end } = readFrom(serverLog, end));
    rest += text;
    for (const line of completeLines(rest)) show(line);
    rest = rest.slice(rest.lastIndexOf('\n') + 1);
  }
  return 0;
}

function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** What the file holds from `start` (a log that became shorter was put aside: from its beginning), else its tail. */
function readFrom(file: string, start: number | undefined): { text: string; end: number } {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return { text: '', end: 0 };
  }
  try {
    const { size } = fstatSync(fd);
    const from = start === undefined ? Math.max(0, size - TAIL_BYTES) : start > size ? 0 : start;
    const buffer = Buffer.alloc(Math.min(size - from, TAIL_BYTES));
    const read = readSync(fd, buffer, 0, buffer.length, from);
    return { text: buffer.toString('utf8', 0, read), end: from + read };
  } finally {
    closeSync(fd);
  }
}

/** A JSON line of the log as a person reads it. */
export function formatLine(line: string, io: Pick<CommandIo, 'paint'>): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, msg, pid: _pid, err, ...facts } = entry;
  const colour = level === 'error' || level === 'fatal' ? 'red' : level === 'warn' ? 'yellow' : 'dim';
  const details = Object.entries(facts).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = (err as { stack?: string } | undefined)?.stack;
  return [
    io.paint.dim(String(time ?? '').slice(11, 23)),
    io.paint[colour](String(level ?? '').padEnd(5)),
    String(msg ?? ''),
    io.paint.dim(details.join(' ')),
    ...(stack === undefined ? [] : [`\n${stack}`]),
  ]
    .join(' ')
    .trimEnd();
}
