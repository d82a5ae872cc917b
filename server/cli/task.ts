import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GreenroomError } from '../../shared/errors.ts';
import type { TaskParams } from '../../shared/protocol.ts';
import { parseCommand, usageError } from './args.ts';
import type { CommandIo } from './io.ts';
import { withServer } from './withServer.ts';

const TASKS = [
  'api-key',
  'website-source',
  'import-actions',
] as const satisfies readonly TaskParams['task'][];

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommand(
    'task',
    argv,
    {
      bot: { type: 'string' },
      platform: { type: 'string' },
      website: { type: 'string' },
      actions: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['TASK'],
  );
  const task = TASKS.find((known) => known === positionals[0]);
  if (task === undefined) throw usageError('task', `There is no task "${positionals[0] ?? ''}".`);
  const { bot, website, actions } = values;
  if (bot === undefined) throw usageError('task', `${task} needs --bot.`);
  if (task === 'website-source' && website === undefined)
    throw usageError('task', `${task} needs --website.`);
  if (task === 'import-actions' && actions === undefined)
    throw usageError('task', `${task} needs --actions.`);
  const params: TaskParams = {
    task,
    bot,
    platform: values.platform ?? 'sandbox',
    ...(website === undefined ? {} : { website }),
    ...(actions === undefined ? {} : { actions: await readActions(resolve(io.cwd, actions)) }),
  };
  const result = await withServer(io, (client) => client.request('task/run', params, io.signal));
  if (values.json === true) io.out(JSON.stringify(result, undefined, 2));
  else io.out(result.apiKey ?? result.text);
  return 0;
}

async function readActions(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new GreenroomError(
      'invalid-input',
      `${file} cannot be read.`,
      'Name an actions file that exists.',
      {
        field: 'actions',
        cause: error,
      },
    );
  }
}
