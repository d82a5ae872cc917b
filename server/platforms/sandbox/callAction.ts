import { humanise, type InputValue } from './findInputs.ts';
import type { BotAction, CalledAction } from './model.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;
const MAX_RESULT = 2_000;
const MAX_ENTRIES = 5;

export interface ActionOutcome {
  called: CalledAction;
  /** What the bot says about it. */
  words: string;
}

/** Calls the action's address and puts what it answers in words. Never rejects, except by the signal. */
export async function callAction(
  action: BotAction,
  inputs: Readonly<Record<string, InputValue>>,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<ActionOutcome> {
  const { url, body } = requestOf(action, inputs);
  const request = `${action.method} ${url}`;
  const subject = humanise(action.name);
  const timeout = AbortSignal.timeout(timeoutMs);
  let status = 0;
  let text: string;
  try {
    const response = await fetch(url, {
      method: action.method,
      signal: AbortSignal.any([signal, timeout]),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    status = response.status;
    text = await limited(response);
  } catch {
    signal.throwIfAborted();
    const why = timeout.aborted
      ? `did not answer within ${timeoutMs / 1000} seconds`
      : 'cannot be reached right now';
    return {
      called: { name: action.name, request, status, result: '' },
      words: `I tried to look that up (${subject}), but the system behind it ${why}. Please try again in a moment.`,
    };
  }
  const called: CalledAction = { name: action.name, request, status, result: text.slice(0, MAX_RESULT) };
  if (status === 404)
    return {
      called,
      words: `I could not find anything for ${given(inputs)}. Please check it and tell me again.`,
    };
  if (status >= 400) {
    return {
      called,
      words: `I tried to look that up (${subject}), but the system behind it answered with an error (${status}). Please try again in a moment.`,
    };
  }
  return { called, words: worded(action, text) };
}

function given(inputs: Readonly<Record<string, InputValue>>): string {
  const values = Object.entries(inputs).map(([name, value]) => `${humanise(name)} ${value}`);
  return values.length === 0 ? 'that' : values.join(' and ');
}

function requestOf(
  action: BotAction,
  inputs: Readonly<Record<string, InputValue>>,
): { url: string; body?: string } {
  const rest = new Map(Object.entries(inputs));
  const filled = action.url.replace(/\{(\w+)\}|%7B(\w+)%7D/gi, (whole, plain?: string, encoded?: string) => {
    const name = plain ?? encoded ?? '';
    const value = rest.get(name);
    if (value === undefined) return whole;
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const url = new URL(filled);
  if (action.method === 'GET' || action.method === 'DELETE') {
    for (const [name, value] of rest) url.searchParams.set(name, String(value));
    return { url: url.href };
  }
  return { url: url.href, body: JSON.stringify(Object.fromEntries(rest)) };
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= MAX_BYTES) break;
    }
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES).toString('utf8');
}

function worded(action: BotAction, text: string): string {
  const done = `Done: ${humanise(action.name)}.`;
  if (text.trim() === '') return done;
  let result: unknown;
  try {
    result = JSON.parse(text);
  } catch {
    return `The system behind it (${humanise(action.name)}) answered with something I cannot read. Please try again later.`;
  }
  const entries = entriesOf(result);
  if (entries !== undefined) {
    if (entries.length === 0) return 'I found nothing that fits.';
    const lines = entries.slice(0, MAX_ENTRIES).map(
      (entry) =>
        `- ${
          factsOf(action, entry)
            .map(([name, value]) => `${name}: ${value}`)
            .join(', ') || shown(entry)
        }`,
    );
    const more = entries.length > MAX_ENTRIES ? `\nand ${entries.length - MAX_ENTRIES} more.` : '';
    return `Here is what I found:\n${lines.join('\n')}${more}`;
  }
  const facts = factsOf(action, result);
  if (facts.length === 0) return done;
  const clauses = facts.map(([name, value]) => `the ${name} is ${value}`);
  if (clauses.length > 5)
    return `Here is what I found:\n${facts.map(([name, value]) => `- ${capital(name)}: ${value}`).join('\n')}`;
  const last = clauses.pop();
  return capital(`${clauses.length === 0 ? '' : `${clauses.join(', ')} and `}${last}.`);
}

/** The list that a result is or wraps. */
function entriesOf(result: unknown): unknown[] | undefined {
  if (Array.isArray(result)) return result;
  if (typeof result !== 'object' || result === null) return undefined;
  const values = Object.values(result);
  const lists = values.filter(
    (value) => Array.isArray(value) && value.some((item) => typeof item === 'object'),
  );
  return lists.length === 1 ? (lists[0] as unknown[]) : undefined;
}

/** The action's declared outputs that the result holds, at any depth up to three; all of it when it holds none. */
function factsOf(action: BotAction, result: unknown): [string, string][] {
  const declared = action.outputs.flatMap(({ name }): [string, string][] => {
    const value = shown(valueOf(result, name, 0));
    return value === '' ? [] : [[humanise(name), value]];
  });
  if (declared.length > 0) return declared;
  if (typeof result !== 'object' || result === null) return [['result', shown(result)]];
  return Object.entries(result)
    .map(([name, value]): [string, string] => [humanise(name), shown(value)])
    .filter(([, value]) => value !== '')
    .slice(0, 8);
}

function valueOf(value: unknown, name: string, depth: number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return undefined;
  const record = value as Record<string, unknown>;
  if (Object.hasOwn(record, name)) return record[name];
  for (const inner of Object.values(record)) {
    const found = valueOf(inner, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return dated(value.trim()).slice(0, 300);
  if (Array.isArray(value))
    return value
      .map(shown)
      .filter((item) => item !== '')
      .slice(0, MAX_ENTRIES)
      .join(', ');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .filter(([, inner]) => typeof inner !== 'object')
    .map(([name, inner]) => `${humanise(name)} ${shown(inner)}`)
    .join(', ');
}

function dated(text: string): string {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const date = match === null ? undefined : new Date(text);
  if (date === undefined || Number.isNaN(date.getTime())) return text.replaceAll('_', ' ');
  return match?.[1] === undefined ? DATE.format(date) : `${DATE.format(date)} at ${TIME.format(date)} UTC`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
