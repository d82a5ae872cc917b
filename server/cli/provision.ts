import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { GreenroomError } from '../../shared/errors.ts';
import type { ProvisionParams, Run } from '../../shared/protocol.ts';
import { summarize } from '../provision/report/summary.ts';
import { API_KEY_VARIABLE, type Client } from './connection.ts';
import { holdConversation } from './conversation.ts';
import type { CommandIo } from './io.ts';
import { paintFor } from './paint.ts';
import { createLiveStepList, createPlainStepList, type StepList } from './stepList.ts';
import { renderSummary } from './summary.ts';

const OPTIONS = {
  company: { type: 'string' },
  website: { type: 'string' },
  platform: { type: 'string' },
  'mock-host': { type: 'string' },
  writer: { type: 'string' },
  auto: { type: 'boolean' },
  'api-key': { type: 'string' },
  'ada-key': { type: 'string' },
  sample: { type: 'boolean' },
  chat: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/**
 * `greenroom provision [spec.demo.yaml] …`: provisions a demo and prints its summary, or one JSON object with
 * `--json`. Exit code 0 when the demo is ready (also with debts), 1 when not, 130 when cancelled.
 * Errors: `invalid-input`.
 */
export async function provisionCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const sample =
    values.sample === true ? await (await import('../sample/serve.ts')).serveSample() : undefined;
  try {
    const params = await readParams(values, positionals, sample?.url);
    const client = await io.connect();
    try {
      return await provision(client, params, io, { json: values.json === true, chat: values.chat === true });
    } finally {
      client.close();
    }
  } finally {
    await sample?.stop();
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function readParams(
  values: Values,
  positionals: string[],
  sampleUrl?: string,
): Promise<ProvisionParams> {
  const [file, ...more] = positionals;
  if (more.length > 0) throw usage(`"${more.join(' ')}" is one file too many.`, 'Name one demo spec.');
  if (values['api-key'] !== undefined && values['ada-key'] !== undefined) {
    throw usage('--api-key and --ada-key say the same.', 'Give one of them.');
  }
  // --ada-key names its platform, as it did where it comes from.
  const platform = values.platform ?? (values['ada-key'] === undefined ? undefined : 'ada');
  const apiKey = await readKey(values);
  if (values.auto === true && apiKey !== undefined) {
    throw usage(
      '--auto reads the key in the browser, a given key makes that needless.',
      'Leave one of them out.',
    );
  }
  const key =
    values.auto === true ? ('auto' as const) : apiKey === undefined ? undefined : ('manual' as const);
  const given = {
    company: values.company ?? (sampleUrl === undefined ? undefined : 'Harbor Lane Coffee'),
    website: values.website ?? sampleUrl,
    platform,
    mockHost: values['mock-host'],
    writer: values.writer,
    key,
    apiKey,
    ...(file === undefined ? {} : { spec: await readSpec(file), specPath: resolve(file) }),
  };
  if (file === undefined && (given.company === undefined || given.website === undefined)) {
    throw usage(
      'A demo needs a company and its website.',
      'Write: greenroom provision --company "Acme Corp" --website https://acme.example, or name a demo spec.',
    );
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** From an option, from standard input for `-`, or from the environment, where no other user's process list shows it. */
async function readKey(values: Values): Promise<string | undefined> {
  const given = values['api-key'] ?? values['ada-key'];
  if (given === undefined) return values.auto === true ? undefined : process.env[API_KEY_VARIABLE];
  return given === '-' ? (await text(process.stdin)).trim() : given;
}

async function readSpec(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usage(`The demo spec ${file} can't be read: ${error.message}`, 'Check the path.');
  });
}

async function provision(
  client: Client,
  params: ProvisionParams,
  io: CommandIo,
  options: { json: boolean; chat: boolean },
): Promise<number> {
  const paint = paintFor(io.stdout);
  const list = options.json ? undefined : stepList(io);
  const early = new Map<string, Run>();
  let runId: string | undefined;
  client.on('state/changed', ({ runs }) => {
    for (const run of runs?.changed ?? []) {
      early.set(run.id, run);
      if (run.id === runId) list?.update(run);
    }
  });
  await client.request('state/attach', {});
  let ended: Run;
  try {
    ({ runId } = await client.request('run/start', params));
    const known = early.get(runId);
    if (known !== undefined) list?.update(known);
    ended = await client.request('run/wait', { runId }, io.signal);
    list?.update(ended);
  } finally {
    list?.end();
  }
  if (options.json) io.stdout.write(`${JSON.stringify(summarize(ended), undefined, 2)}\n`);
  else io.stdout.write(`${renderSummary(ended, paint)}\n`);
  const ready = ended.status === 'ready' || ended.status === 'ready-with-debts';
  if (ready && options.chat && !options.json) await holdConversation(client, ended.id, io);
  return ended.status === 'cancelled' ? 130 : ready ? 0 : 1;
}

function stepList(io: CommandIo): StepList {
  const paint = paintFor(io.stdout);
  if (io.stdout.isTTY) return createLiveStepList(io.stdout, paint);
  return createPlainStepList((line) => io.stdout.write(`${line}\n`), paint);
}

function usage(message: string, next: string): GreenroomError {
  return new GreenroomError('invalid-input', message, next);
}
