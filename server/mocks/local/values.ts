import type { DemoAction, DemoActionField } from '../../../shared/demoSpec.ts';
import { seededRandom, type Random } from './random.ts';

export type Scalar = string | number | boolean;
export type Inputs = Readonly<Record<string, Scalar>>;

/** What an answer is made from; equal values give an equal answer. */
export interface AnswerSeed {
  demo: string;
  /** Dates in answers lie around this day: milliseconds since the epoch. */
  publishedAt: number;
}

const DAY_MS = 86_400_000;

/** A realistic answer of `action`: true to its outputs' types, formats and enums, with inputs echoed where named alike. */
export function answerOf(action: DemoAction, inputs: Inputs, seed: AnswerSeed): Record<string, Scalar> {
  const asked = JSON.stringify(Object.entries(inputs).sort(([a], [b]) => a.localeCompare(b)));
  const answer: Record<string, Scalar> = {};
  const echoes = new Map(Object.entries(inputs).map(([name, value]) => [plain(name), value]));
  const topic = topicOf(action);
  const sentences: DemoActionField[] = [];
  for (const field of action.outputs) {
    if (
      field.type === 'string' &&
      field.enum === undefined &&
      field.format === undefined &&
      isSentence(field)
    ) {
      sentences.push(field);
      continue;
    }
    const random = seededRandom(`${seed.demo}\n${action.name}\n${asked}\n${field.name}`);
    const echo = echoes.get(plain(field.name));
    answer[field.name] = fits(field, echo) ? echo : valueOf(field, topic, random, seed.publishedAt);
  }
  for (const field of sentences) answer[field.name] = sentenceOf(topic, answer);
  return Object.fromEntries(action.outputs.map((field) => [field.name, answer[field.name] ?? '']));
}

type Topic =
  'order' | 'return' | 'booking' | 'ticket' | 'subscription' | 'quote' | 'place' | 'stock' | 'account';

const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ['return', /\b(return|refund|exchange|rma|warranty)/],
  ['subscription', /\b(subscription|plan|membership|renew)/],
  ['booking', /\b(book|booking|reserv|appointment|visit|table|slot|class|tour)/],
  ['place', /\b(store|location|branch|nearest|hours|clinic|cafe)/],
  ['quote', /\b(quote|demo|sales|wholesale|callback|lead|trial)/],
  ['ticket', /\b(ticket|support|case|incident|message|complaint|status page|service status)/],
  ['stock', /\b(stock|availab|inventory|product)/],
  ['order', /\b(order|ship|parcel|track|deliver)/],
];

function topicOf(action: DemoAction): Topic {
  const words = separate(`${action.name} ${action.path} ${action.description}`);
  return TOPICS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'account';
}

const STATUS: Record<Topic, readonly [string, ...string[]]> = {
  order: ['processing', 'shipped', 'in transit', 'out for delivery', 'delivered'],
  return: ['label sent', 'awaiting item', 'received', 'refunded'],
  booking: ['confirmed'],
  ticket: ['open', 'in progress'],
  subscription: ['active', 'paused', 'active'],
  quote: ['received'],
  place: ['open'],
  stock: ['in stock', 'in stock', 'low stock', 'back in stock soon'],
  account: ['active', 'up to date'],
};

const PREFIX: Record<Topic, string> = {
  order: 'ORD',
  return: 'RET',
  booking: 'BKG',
  ticket: 'TCK',
  subscription: 'SUB',
  quote: 'QTE',
  place: 'LOC',
  stock: 'SKU',
  account: 'REF',
};

const FUTURE =
  /\b(estimat\w*|eta|due|next|expir\w*|renew\w*|until|arriv\w*|deliver\w* (by|date)|deliver\w*|start\w*|ready|valid|callback|available|ends?)\b/;

function valueOf(field: DemoActionField, topic: Topic, random: Random, day: number): Scalar {
  const [first, ...others] = field.enum ?? [];
  if (first !== undefined) return cast(random.pick([first, ...others]), field.type);
  if (field.type === 'boolean') return booleanOf(field, random);
  if (field.type === 'integer') return integerOf(field, random);
  if (field.type === 'number') return numberOf(field, random);
  return formatted(field, random, day) ?? stringOf(field, topic, random, day);
}

function booleanOf(field: DemoActionField, random: Random): boolean {
  const name = separate(field.name);
  if (/\b(success|ok|confirmed|accepted|created|eligible|sent|received|updated|cancelled)\b/.test(name))
    return true;
  return random.int(1, 10) <= 8;
}

function integerOf(field: DemoActionField, random: Random): number {
  if (typeof field.example === 'number') return Math.round(around(field.example, random));
  const name = separate(field.name);
  if (/\b(days?)\b/.test(name)) return random.int(1, 7);
  if (/\bminutes?\b/.test(name)) return random.int(1, 9) * 5;
  if (/\bhours?\b/.test(name)) return random.int(1, 24);
  if (/\b(points?|balance)\b/.test(name)) return random.int(8, 96) * 10;
  if (/\b(percent|percentage|discount)\b/.test(name)) return random.int(1, 6) * 5;
  if (/\b(id|number)\b/.test(name)) return random.int(10_000, 99_999);
  if (/\b(stock|available|remaining)\b/.test(name)) return random.int(2, 48);
  if (/\bposition\b/.test(name)) return random.int(1, 4);
  return random.int(1, 5);
}

function numberOf(field: DemoActionField, random: Random): number {
  if (typeof field.example === 'number') return around(field.example, random);
  const name = separate(field.name);
  if (/\b(rating|score|stars)\b/.test(name)) return random.int(39, 50) / 10;
  if (/\b(distance|km|miles?)\b/.test(name)) return random.int(3, 124) / 10;
  if (/\blat(itude)?\b/.test(name)) return random.int(40_000, 44_999) / 1000;
  if (/\b(lng|lon|longitude)\b/.test(name)) return -random.int(70_000, 74_999) / 1000;
  if (/\b(rate|percent|percentage)\b/.test(name)) return random.int(10, 250) / 10;
  if (/\b(shipping|fee|tax)\b/.test(name)) return random.int(499, 1499) / 100;
  return random.int(1200, 14_999) / 100;
}

/** 0.6 to 1.6 times `example`, with as many decimals. */
function around(example: number, random: Random): number {
  const decimals = (String(example).split('.')[1] ?? '').length;
  return Number(((example * random.int(60, 160)) / 100).toFixed(Math.min(decimals, 6)));
}

function formatted(field: DemoActionField, random: Random, day: number): string | undefined {
  switch (field.format) {
    case 'date':
      return moment(field, random, day).toISOString().slice(0, 10);
    case 'date-time':
      return moment(field, random, day)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
    case 'time':
      return `${timeOfDay(random)}:00Z`;
    case 'email':
    case 'idn-email':
      return `customer${random.digits(3)}@example.com`;
    case 'uri':
    case 'url':
      return `https://example.com/${
        separate(field.name)
          .replace(/\W+/g, '-')
          .replace(/-?url$|-?link$/, '') || 'page'
      }/${random.hex(10)}`;
    case 'uuid':
      return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
    case 'ipv4':
      return `192.0.2.${random.int(1, 254)}`;
    case 'hostname':
      return `node-${random.digits(3)}.example.com`;
    default:
      return undefined;
  }
}

/** A moment in working hours, in the past or the future as the field's name says. */
function moment(field: DemoActionField, random: Random, day: number): Date {
  const midnight = Math.floor(day / DAY_MS) * DAY_MS;
  const future = FUTURE.test(separate(`${field.name} ${field.description}`));
  const days = future ? random.int(1, 9) : -random.int(1, 12);
  return new Date(midnight + days * DAY_MS + random.int(9 * 12, 17 * 12) * 300_000);
}

function timeOfDay(random: Random): string {
  return `${String(random.int(9, 17)).padStart(2, '0')}:${random.pick(['00', '15', '30', '45'])}`;
}

const CARRIERS = ['UPS', 'USPS', 'FedEx', 'DHL'] as const;
const STREETS = [
  'Market Street',
  'Harbor Road',
  'Mill Lane',
  'Station Road',
  'High Street',
  'Park Avenue',
] as const;
const CITIES = ['Portland', 'Springfield', 'Riverside', 'Greenville', 'Fairview', 'Bristol'] as const;

/** Names of strings and what they hold; the first that matches is taken. */
const STRINGS: readonly (readonly [RegExp, (random: Random, topic: Topic, day: number) => string])[] = [
  [/\b(status|state)\b/, (random, topic) => random.pick(STATUS[topic])],
  [/\btracking\b.*\b(url|link)\b|\b(url|link)\b/, (random) => `https://example.com/t/${random.hex(10)}`],
  [/\btracking\b/, (random) => `1Z${random.digits(6)}${random.digits(10)}`],
  [/\b(carrier|courier)\b/, (random) => random.pick(CARRIERS)],
  [/\bcurrency\b/, () => 'USD'],
  [/\be ?mail\b/, (random) => `customer${random.digits(3)}@example.com`],
  [/\b(phone|telephone|mobile)\b/, (random) => `+1 202-555-01${random.int(10, 99)}`],
  [
    /\b(opening hours|hours)\b/,
    (random) => `${random.pick(['8:00', '9:00', '10:00'])}-${random.pick(['17:00', '18:00', '19:00'])}`,
  ],
  [/\b(slot|time)\b/, (random) => timeOfDay(random)],
  [
    /\bdate\b/,
    (random, _topic, day) =>
      new Date(Math.floor(day / DAY_MS) * DAY_MS + random.int(1, 9) * DAY_MS).toISOString().slice(0, 10),
  ],
  [/\b(zip|postal|postcode)\b/, (random) => `0${random.digits(4)}`],
  [/\b(city|town)\b/, (random) => random.pick(CITIES)],
  [/\bcountry\b/, () => 'United States'],
  [/\baddress\b/, (random) => `${random.int(2, 180)} ${random.pick(STREETS)}, ${random.pick(CITIES)}`],
  [
    /\b(store|location|branch|clinic|restaurant|place)\b/,
    (random) => `${random.pick(CITIES)}, ${random.pick(STREETS)}`,
  ],
  [
    /\b(code|reference|confirmation|number|id|ticket|sku)\b/,
    (random, topic) => `${PREFIX[topic]}-${random.digits(6)}`,
  ],
  [
    /\b(method|payment)\b/,
    (random) => random.pick(['Visa ending in 4242', 'original payment method', 'store credit']),
  ],
  [/\b(plan|tier)\b/, (random) => random.pick(['Basic', 'Standard', 'Premium'])],
  [/\b(frequency|interval)\b/, (random) => random.pick(['every 2 weeks', 'every 4 weeks'])],
  [/\b(priority|severity)\b/, (random) => random.pick(['normal', 'high'])],
  [/\b(response|within|wait|duration|eta)\b/, (random) => `${random.int(1, 4)} hours`],
  [/\b(item|items|product|products)\b/, (random) => `${random.int(1, 4)} items`],
  [
    /\b(team|department|queue|assigned)\b/,
    (random) => random.pick(['Customer care', 'Billing', 'Technical support']),
  ],
  [/\b(price|total|amount|fee|cost)\b/, (random) => `$${(random.int(1200, 14_999) / 100).toFixed(2)}`],
];

function stringOf(field: DemoActionField, topic: Topic, random: Random, day: number): string {
  if (typeof field.example === 'string' && field.example !== '') return alike(field.example, random);
  const name = separate(field.name);
  const known = STRINGS.find(([pattern]) => pattern.test(name));
  return known === undefined ? `${PREFIX[topic]}-${random.digits(6)}` : known[1](random, topic, day);
}

/** `example` with its digits drawn anew: "HL-204518" becomes "HL-731942". */
function alike(example: string, random: Random): string {
  return example.replace(/\d+/g, (digits) => random.digits(digits.length));
}

function isSentence(field: DemoActionField): boolean {
  return /\b(message|summary|note|notes|details?|instructions?|next steps?|text|description)\b/.test(
    separate(field.name),
  );
}

/** One or two sentences that agree with the rest of the answer. */
function sentenceOf(topic: Topic, answer: Readonly<Record<string, Scalar>>): string {
  const get = (pattern: RegExp): string | undefined => {
    const found = Object.entries(answer).find(([name]) => pattern.test(separate(name)));
    return found === undefined ? undefined : String(found[1]);
  };
  const status = get(/\b(status|state)\b/);
  const reference = get(
    /\b(reference|confirmation|ticket|booking|return|quote|order)\b.*\b(id|number|code)\b|\b(reference|confirmation)\b/,
  );
  const date = get(/\b(date|eta|estimated|until|by|on|slot)\b/);
  const subject = SUBJECT[topic];
  const first =
    status === undefined ? `${subject} has been recorded.` : `${subject} is ${status.replace(/[_-]/g, ' ')}.`;
  const second =
    reference === undefined ? (date === undefined ? '' : ` Expected: ${date}.`) : ` Reference: ${reference}.`;
  return first + second;
}

const SUBJECT: Record<Topic, string> = {
  order: 'Your order',
  return: 'Your return',
  booking: 'Your booking',
  ticket: 'Your request',
  subscription: 'Your subscription',
  quote: 'Your request',
  place: 'The location',
  stock: 'The product',
  account: 'Your request',
};

function fits(field: DemoActionField, value: Scalar | undefined): value is Scalar {
  if (value === undefined) return false;
  if (field.enum !== undefined && !field.enum.includes(String(value))) return false;
  if (field.format !== undefined && (typeof value !== 'string' || !hasFormat(field.format, value)))
    return false;
  if (field.type === 'integer') return Number.isInteger(value);
  return typeof value === field.type;
}

const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/,
  time: /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  url: /^https?:\/\/\S+$/i,
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
};

/** True for values of a known JSON Schema format, and for any value of a format we don't know. */
export function hasFormat(format: string, value: string): boolean {
  const pattern = FORMATS[format];
  if (pattern === undefined) return true;
  if (!pattern.test(value)) return false;
  if (format !== 'date' && format !== 'date-time') return true;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && (format !== 'date' || date.toISOString().startsWith(value));
}

function cast(text: string, type: DemoActionField['type']): Scalar {
  if (type === 'integer' || type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

function plain(name: string): string {
  return name.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

/** "orderStatus_url" -> "order status url" */
function separate(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^a-zA-Z0-9]+/g, ' ')
    .toLowerCase()
    .trim();
}
