import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asGreenroomError } from '../../shared/errors.ts';
import type { ScrapeResult } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import { numberOption, parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommand(
    'scrape',
    argv,
    { json: { type: 'boolean' }, out: { type: 'string', short: 'o' }, timeout: { type: 'string' } },
    ['URL'],
  );
  const seconds = numberOption('scrape', 'timeout', values.timeout, { fallback: 60, min: 1, max: 600 });
  const given = positionals[0] ?? '';
  const url = /^[a-z][a-z0-9+.-]*:/i.test(given) ? given : `https://${given}`;
  const result = await withServer(io, async (client) => {
    const { jobId } = await client.request('scrape/start', { url, timeoutMs: seconds * 1000 }, io.signal);
    return client.request('scrape/wait', { jobId }, io.signal);
  });
  const markdown = await markdownOf(result);
  if (values.out !== undefined) {
    const text =
      values.json === true ? `${JSON.stringify({ ...result, markdown }, undefined, 2)}\n` : markdown;
    await writeFile(resolve(io.cwd, values.out), text).catch((error: unknown) => {
      throw asGreenroomError(
        error,
        'invalid-input',
        'Name a file in a folder that exists and can be written.',
      );
    });
    io.err(`Written to ${values.out}.`);
  } else if (values.json === true) {
    io.out(JSON.stringify(result, undefined, 2));
  } else {
    io.out(markdown);
  }
  for (const warning of result.warnings) io.err(io.paint.yellow(warning));
  io.err(
    io.paint.dim(`${result.outcome}, ${result.status}, by ${result.via} in ${formatDuration(result.ms)}`),
  );
  return result.outcome === 'ok' ? 0 : 1;
}

async function markdownOf(result: ScrapeResult): Promise<string> {
  if (result.markdown !== undefined) return result.markdown;
  return result.markdownPath === undefined ? '' : await readFile(result.markdownPath, 'utf8');
}
