import { Hono, type Context } from 'hono';
import type { DemoAction, DemoActionField } from '../../../shared/demoSpec.ts';
import { openApiFromActions } from '../openapi.ts';
import type { CallLog } from './callLog.ts';
import { answerOf, hasFormat, type Scalar } from './values.ts';

export interface PublishedDemo {
  name: string;
  actions: DemoAction[];
  /** Milliseconds since the epoch. */
  publishedAt: number;
}

interface Route {
  action: DemoAction;
  pattern: RegExp;
  names: string[];
}

interface Issue {
  input: string;
  problem: string;
}

const MAX_BODY_BYTES = 256 * 1024;

/** The HTTP application of one demo: its actions, `/openapi.json`, `/_calls`, and a list of all at `/`. */
export function createDemoApp(demo: PublishedDemo, baseUrl: string, calls: CallLog, now: () => number): Hono {
  const app = new Hono();
  const routes = demo.actions
    .map(toRoute)
    // Fixed paths win over paths with inputs.
    .sort((a, b) => a.names.length - b.names.length);

  app.get('/', (context) =>
    context.json({
      demo: demo.name,
      actions: demo.actions.map(({ name, description, method, path }) => ({
        ...{ name, description, method },
        url: baseUrl + path,
      })),
      openapi: `${baseUrl}/openapi.json`,
    }),
  );
  app.get('/openapi.json', (context) => context.json(openApiFromActions(demo.name, demo.actions, baseUrl)));
  app.get('/_calls', (context) => context.json({ calls: calls.of(demo.name) }));
  app.all('*', async (context) => {
    const { path, found, allowed } = find(routes, context);
    if (found === undefined) {
      if (allowed.length === 0) return refuse(context, 404, 'not-found', `There is no address ${path} here.`);
      context.header('Allow', allowed.join(', '));
      return refuse(context, 405, 'method-not-allowed', `${path} takes ${allowed.join(' or ')}.`);
    }
    const started = now();
    const { inputs, issues, malformed, tooLarge } = await readInputs(context, found.route, found.values);
    const record = (status: number, result: unknown): void => {
      const action = found.route.action.name;
      calls.add({
        at: started,
        demo: demo.name,
        action,
        method: context.req.method,
        path,
        inputs,
        status,
        result,
      });
    };
    if (tooLarge) {
      record(413, null);
      return refuse(context, 413, 'too-large', `A body may have ${MAX_BODY_BYTES} bytes.`);
    }
    if (malformed) {
      record(400, null);
      return refuse(context, 400, 'malformed', 'The body is no JSON object.');
    }
    if (issues.length > 0) {
      record(422, issues);
      const text = issues.map(({ input, problem }) => `${input} ${problem}`).join('; ');
      return context.json({ error: { code: 'invalid-input', message: `${capital(text)}.`, issues } }, 422);
    }
    const answer = answerOf(found.route.action, inputs, { demo: demo.name, publishedAt: demo.publishedAt });
    record(200, answer);
    return context.json(answer);
  });
  return app;
}

function toRoute(action: DemoAction): Route {
  const names: string[] = [];
  const pattern = action.path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return '([^/]+)';
    })
    .join('');
  return { action, pattern: new RegExp(`^${pattern}/?$`), names };
}

function find(routes: readonly Route[], context: Context) {
  const path = new URL(context.req.url).pathname;
  const matching = routes.flatMap((route) => {
    const match = route.pattern.exec(path);
    return match === null ? [] : [{ route, values: match.slice(1).map(decode) }];
  });
  const method = context.req.method;
  const found = matching.find(({ route }) => route.action.method === method);
  return { path, found, allowed: [...new Set(matching.map(({ route }) => route.action.method))] };
}

async function readInputs(context: Context, route: Route, values: readonly string[]) {
  const raw = new Map<string, unknown>(Object.entries(context.req.query()));
  let malformed = false;
  let tooLarge = false;
  const inJson = new Set<string>();
  if (/^(POST|PUT|PATCH)$/.test(context.req.method)) {
    const text = await readBody(context.req.raw);
    tooLarge = text === undefined;
    const body = text === undefined || text.trim() === '' ? {} : parseObject(text);
    malformed = body === undefined;
    for (const [name, value] of Object.entries(body ?? {})) {
      raw.set(name, value);
      inJson.add(name);
    }
  }
  route.names.forEach((name, index) => {
    raw.set(name, values[index]);
    inJson.delete(name);
  });
  const inputs: Record<string, Scalar> = {};
  const issues: Issue[] = [];
  for (const field of route.action.inputs) {
    const value = raw.get(field.name);
    if (value === undefined || value === null || value === '') {
      if (field.required) issues.push({ input: field.name, problem: 'is required' });
      continue;
    }
    const read = readScalar(field, value, !inJson.has(field.name));
    if (typeof read === 'object') issues.push({ input: field.name, problem: read.problem });
    else inputs[field.name] = read;
  }
  return { inputs, issues, malformed, tooLarge };
}

/** The body as text; undefined when too large. It is read to its end, so that the caller gets an answer. */
async function readBody(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else if (size > 32 * MAX_BODY_BYTES) break;
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** The value in the field's type; text from an address is converted, JSON must have the right type. */
function readScalar(field: DemoActionField, value: unknown, isText: boolean): Scalar | { problem: string } {
  let scalar: unknown = value;
  if (isText && typeof value === 'string') {
    if (field.type === 'integer' || field.type === 'number') scalar = Number(value);
    else if (field.type === 'boolean') scalar = value === 'true' ? true : value === 'false' ? false : value;
  }
  const right =
    field.type === 'integer'
      ? Number.isSafeInteger(scalar)
      : field.type === 'number'
        ? Number.isFinite(scalar)
        : typeof scalar === field.type;
  if (!right) return { problem: `must be ${field.type === 'integer' ? 'an' : 'a'} ${field.type}` };
  if (field.enum !== undefined && !field.enum.includes(String(scalar))) {
    return { problem: `must be one of ${field.enum.join(', ')}` };
  }
  if (field.format !== undefined && typeof scalar === 'string' && !hasFormat(field.format, scalar)) {
    return { problem: `must have the format ${field.format}` };
  }
  return scalar as Scalar;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function refuse(context: Context, status: 400 | 404 | 405 | 413, code: string, message: string): Response {
  return context.json({ error: { code, message } }, status);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
