import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import type { FaultInput } from '../../server/platforms/sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../server/platforms/sandbox/start.ts';
import { createSandboxPlatform } from '../../server/platforms/sandbox/platform.ts';

export const QUICK = { cloneMs: 10, indexMs: 0, answerMs: 0 };
export const LIMIT = (): AbortSignal => AbortSignal.timeout(30_000);

export interface Reply {
  status: number;
  headers: Headers;
  // Test code reads answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A sandbox in a folder of its own, with what tests need of it. */
export async function sandboxFixture(options: Partial<SandboxOptions> = {}) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'sandbox-test-')));
  const logger = pino({ level: 'error' });
  const start = (): Promise<Sandbox> =>
    startSandbox({ dir, logger, allowFaults: true, delays: QUICK, ...options });
  let sandbox = await start();
  let platform = connect(sandbox);
  let cookie = '';

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(sandbox.url + path, {
      method,
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  return {
    dir,
    get sandbox() {
      return sandbox;
    },
    get platform() {
      return platform;
    },
    call,
    manage: (method: string, path: string, body?: unknown) =>
      call(method, `/api/v1${path}`, body, { 'x-clone-secret': sandbox.account.cloneSecret }),
    /** Posts a form as the dashboard's own pages do, logged in. */
    async form(
      path: string,
      fields: Record<string, string>,
      headers: Record<string, string> = {},
    ): Promise<Reply> {
      if (cookie === '') cookie = await this.logIn();
      return await call('POST', path, new URLSearchParams(fields).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        origin: sandbox.url,
        cookie,
        ...headers,
      });
    },
    async show(path: string): Promise<Reply> {
      if (cookie === '') cookie = await this.logIn();
      return await call('GET', path, undefined, { cookie });
    },
    async logIn(): Promise<string> {
      const reply = await call('GET', new URL(sandbox.loginUrl()).pathname);
      return (reply.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    },
    async newKey(name = 'test'): Promise<string> {
      const made = await this.form('/keys', { name });
      const shown = await this.show(made.headers.get('location') ?? '');
      return /aria-label="API key">([0-9a-f]+)</.exec(String(shown.body))?.[1] ?? '';
    },
    async faults(faults: FaultInput[]): Promise<void> {
      await call('PUT', '/_test/faults', faults);
    },
    async newBot(handle = 'acme', website = 'http://127.0.0.1:9/') {
      return await platform.cloneBot(
        { template: 'customer-service', handle, company: 'Acme Corp', website },
        LIMIT(),
      );
    },
    async restart(): Promise<void> {
      await platform.close();
      await sandbox.stop();
      sandbox = await start();
      platform = connect(sandbox);
    },
    async end(): Promise<void> {
      await platform.close();
      await sandbox.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type Fixture = Awaited<ReturnType<typeof sandboxFixture>>;

function connect(sandbox: Sandbox) {
  const { url: baseUrl, account } = sandbox;
  return createSandboxPlatform({ baseUrl, account, cloneSecret: account.cloneSecret, waitMs: 10_000 });
}

/** Asks until `look` finds something, at most 10 s. */
export async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const until = Date.now() + 10_000; Date.now() < until; await wait(20)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error('It did not come within 10 s.');
}

export interface LocalServer {
  url: string;
  server: Server;
  /** Method and path of each request, in order, with the body. */
  requests: { request: IncomingMessage; body: string }[];
  close(): Promise<void>;
}

/** An HTTP server on a free port of 127.0.0.1. */
export async function serve(listener: RequestListener): Promise<LocalServer> {
  const requests: LocalServer['requests'] = [];
  const server = createServer((request, response) => {
    const entry = { request, body: '' };
    requests.push(entry);
    request.on('data', (chunk: Buffer) => (entry.body += chunk.toString()));
    request.on('end', () => listener(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address on this machine where nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = await serve(() => undefined);
  await server.close();
  return `${server.url}/`;
}
