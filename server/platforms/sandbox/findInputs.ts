import type { DemoActionField } from '../../../shared/demoSpec.ts';
import { findDate, findDateTime } from './findDate.ts';
import { stems, tokens } from './words.ts';

export type InputValue = string | number | boolean;

/**
 * Finds values for an action's inputs in what a customer wrote. With `answering`, the message replies to a question for
 * that input, and all of it may be the value.
 */
export function findInputs(
  message: string,
  inputs: readonly DemoActionField[],
  now: Date,
  answering?: string,
): Record<string, InputValue> {
  const found: Record<string, InputValue> = {};
  const used = new Set<string>();
  for (const input of inputs) {
    const value =
      findValue(message, input, now) ?? (input.name === answering ? whole(message, input) : undefined);
    if (value === undefined || (typeof value === 'string' && used.has(value.toLowerCase()))) continue;
    found[input.name] = value;
    if (typeof value === 'string') used.add(value.toLowerCase());
  }
  return found;
}

/** "orderNumber" -> "order number". */
export function humanise(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase()
    .trim();
}

function findValue(message: string, input: DemoActionField, now: Date): InputValue | undefined {
  if (input.enum !== undefined) return findChoice(message, input.enum);
  switch (input.type) {
    case 'integer':
    case 'number':
      return findNumber(message, input);
    case 'boolean':
      return undefined;
    case 'string':
      return findText(message, input, now);
  }
}

function findChoice(message: string, choices: readonly string[]): string | undefined {
  const present = new Set(stems(message));
  const said = tokens(message);
  return choices.find((choice) => {
    const words = tokens(humanise(choice));
    const wanted = stems(humanise(choice));
    if (wanted.length === 0) return words.length > 0 && words.every((word) => said.includes(word));
    return wanted.every((stem) => present.has(stem));
  });
}

function findNumber(message: string, input: DemoActionField): number | undefined {
  const pattern =
    input.type === 'integer'
      ? /(?<![\w.,-])#?(\d{1,15})(?![\w-]|[.,]\d)/g
      : /(?<![\w.,-])(\d+(?:[.,]\d+)?)(?![\w-])/g;
  const numbers = [...message.matchAll(pattern)].map((match) => ({
    value: Number((match[1] ?? '').replace(',', '.')),
    before: message.slice(Math.max(0, match.index - 24), match.index),
    after: message.slice(match.index + match[0].length, match.index + match[0].length + 24),
  }));
  // With several numbers, the one that stands beside the input's own word.
  const words = stems(`${humanise(input.name)} ${input.description}`);
  const beside = numbers.find(({ before, after }) => {
    const near = new Set(stems(`${before} ${after}`));
    return words.some((word) => near.has(word));
  });
  return (beside ?? (numbers.length === 1 ? numbers[0] : undefined))?.value;
}

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const LINK = /https?:\/\/[^\s<>"']+/;
const UUID = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/i;
const PHONE = /(?<!\w)\+?\d[\d ()/-]{5,18}\d(?!\w)/;
const CODE = /(?<![\w-])#?([A-Za-z]{0,6}-?\d[A-Za-z\d-]*)(?![\w-])/g;

function findText(message: string, input: DemoActionField, now: Date): string | undefined {
  const name = humanise(input.name);
  const format = input.format ?? '';
  if (format === 'email' || /\be-?mail\b/.test(name)) return EMAIL.exec(message)?.[0];
  if (format === 'date-time') return findDateTime(message, now);
  if (format === 'date' || /\b(date|day)\b/.test(name)) return findDate(message, now);
  if (format === 'time' || /\btime\b/.test(name)) return findTime(message);
  if (format === 'uri' || /\b(url|link|website)\b/.test(name)) return LINK.exec(message)?.[0];
  if (format === 'uuid') return UUID.exec(message)?.[0];
  if (/\b(phone|mobile|telephone)\b/.test(name)) return PHONE.exec(message)?.[0].trim();
  if (typeof input.example === 'string' && /\d/.test(input.example) && !/\s/.test(input.example)) {
    const alike = likeExample(input.example).exec(message)?.[0];
    if (alike !== undefined) return alike;
  }
  if (/\b(id|number|no|code|ref|reference|sku|postcode|zip)$/.test(name)) return findCode(message);
  if (/\b(city|location|place|town|country|region|address|destination)\b/.test(name))
    return findPlace(message);
  if (/\bname\b/.test(name)) return findName(message);
  return undefined;
}

/** A time of day as 24 hours: "15:30", "3 pm". */
function findTime(message: string): string | undefined {
  const match = /\b([01]?\d|2[0-3])[:.]([0-5]\d)\b|\b(1[0-2]|0?[1-9])\s?([ap])\.?m\b/i.exec(message);
  if (match === null) return undefined;
  if (match[1] !== undefined) return `${match[1].padStart(2, '0')}:${match[2]}`;
  const hour = (Number(match[3]) % 12) + (match[4]?.toLowerCase() === 'p' ? 12 : 0);
  return `${String(hour).padStart(2, '0')}:00`;
}

/** Text of the example's shape: letters for letters, digits for digits, a few more or fewer of them. */
function likeExample(example: string): RegExp {
  const parts = example.match(/\p{L}+|\d+|[^\p{L}\d]/gu) ?? [];
  const shape = parts.map((part) => {
    if (/^\d/.test(part)) return `\\d{${Math.max(1, part.length - 2)},${part.length + 3}}`;
    if (/^\p{L}/u.test(part)) return `\\p{L}{${part.length}}`;
    return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`(?<![\\p{L}\\d-])${shape.join('')}(?![\\p{L}\\d-])`, 'iu');
}

/** A code has a digit; the longest one is meant. */
function findCode(message: string): string | undefined {
  const codes = [...message.matchAll(CODE)].map((match) => match[1] ?? '').filter((code) => code.length >= 3);
  return codes.sort((a, b) => b.length - a.length)[0];
}

function findPlace(message: string): string | undefined {
  const match =
    /\b(?:in|at|near|from|to|around|for)\s+((?:\p{Lu}[\p{L}'’.-]*)(?:\s+\p{Lu}[\p{L}'’.-]*){0,3})/u.exec(
      message,
    );
  return match?.[1]?.replace(/[.,!?]+$/, '');
}

function findName(message: string): string | undefined {
  const match =
    /\b(?:my name is|name's|i am|i'm|this is|under the name(?: of)?)\s+((?:\p{Lu}[\p{L}'’-]*)(?:\s+\p{Lu}[\p{L}'’-]*){0,3})/iu.exec(
      message,
    );
  const name = match?.[1];
  return name !== undefined && /^\p{Lu}/u.test(name) ? name : undefined;
}

const LEAD_IN =
  /^(?:(?:well|sure|ok(?:ay)?|yes|hi|hello|please)[,.!\s]+)*(?:(?:it'?s|it is|that'?s|that is|the [\w ]{1,30} is|my [\w ]{1,30} is|for|in|at|number|no\.?)\s+)?/i;
const LONGEST_ANSWER = 200;

/** The whole message as the value asked for. */
function whole(message: string, input: DemoActionField): InputValue | undefined {
  const text = message
    .replace(LEAD_IN, '')
    .replace(/[.!]+$/, '')
    .trim();
  if (text === '' || text.length > LONGEST_ANSWER || input.enum !== undefined || /\?\s*$/.test(message))
    return undefined;
  if (input.type === 'boolean') {
    if (/^(y|yes|yeah|yep|sure|true|please do)\b/i.test(message.trim())) return true;
    return /^(n|no|nope|false)\b/i.test(message.trim()) ? false : undefined;
  }
  if (input.type === 'string') {
    const strict = input.format !== undefined && /^(date|date-time|email|uuid|uri)$/.test(input.format);
    return strict ? undefined : text;
  }
  const number = Number(text.replace(',', '.').replace(/[^\d.]/g, ''));
  return /\d/.test(text) && Number.isFinite(number) ? number : undefined;
}
