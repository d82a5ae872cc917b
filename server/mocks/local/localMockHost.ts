import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import * as z from 'zod';
import { actionSchema } from '../../../shared/demoSpec.ts';
import { GreenroomError } from '../../../shared/errors.ts';
import type { MockHost } from '../mockHost.ts';
import { requirePathInputs } from '../openapi.ts';
import { openCallLog, type CallLog } from './callLog.ts';
import { createDemoApp, type PublishedDemo } from './demoApp.ts';

export interface LocalMockHost extends MockHost {
  /** Address of the host while it runs. */
  readonly url: string | undefined;
  /** Serves what was published before, on the same port if it is free. `publish` does this by itself. */
  start(): Promise<string>;
  /** Resolves when the port is free; what was published is kept for the next start. */
  stop(): Promise<void>;
  /** Names of the demos that are served. */
  demos(): string[];
}

const stateSchema = z.object({
  port: z.int().min(0).max(65_535),
  demos: z.array(z.object({ name: z.string(), publishedAt: z.number(), actions: z.array(actionSchema) })),
});

interface Running {
  server: Server;
  url: string;
  apps: Map<string, Hono>;
  calls: CallLog;
}

/** Answers the actions of all demos on 127.0.0.1, each under `/demos/<demo>`. Its state lives in `dir`. */
export function createLocalMockHost(options: {
  dir: string;
  logger: Logger;
  now?: () => number;
}): LocalMockHost {
  const { dir, logger, now = Date.now } = options;
  const statePath = join(dir, 'state.json');
  const demos = new Map<string, PublishedDemo>();
  let running: Running | undefined;
  let starting: Promise<Running> | undefined;
  let saving = Promise.resolve();

  async function load(): Promise<number> {
    const text = await readFile(statePath, 'utf8').catch(() => undefined);
    if (text === undefined) return 0;
    try {
      const state = stateSchema.parse(JSON.parse(text));
      for (const demo of state.demos) demos.set(demo.name, demo);
      return state.port;
    } catch (error) {
      logger.warn(
        { err: error, path: statePath },
        'the state of the mock host is not readable; it starts empty',
      );
      await rename(statePath, `${statePath}.unreadable`);
      return 0;
    }
  }

  function save(): Promise<void> {
    const port = running === undefined ? 0 : Number(new URL(running.url).port);
    const text = JSON.stringify({ port, demos: [...demos.values()] });
    const write = async (): Promise<void> => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeFile(`${statePath}.new`, text, { mode: 0o600 });
      await rename(`${statePath}.new`, statePath);
    };
    saving = saving.then(write, write);
    return saving;
  }

  async function launch(): Promise<Running> {
    const wantedPort = await load();
    const calls = await openCallLog(join(dir, 'calls.jsonl'), logger);
    const apps = new Map<string, Hono>();
    const fetch = (request: Request): Response | Promise<Response> => {
      const url = new URL(request.url);
      const [, name, rest] = /^\/demos\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
      const app = name === undefined ? undefined : apps.get(name);
      if (app === undefined) {
        const message = 'There is no such demo here.';
        return Response.json({ error: { code: 'not-found', message } }, { status: 404 });
      }
      url.pathname = rest ?? '/';
      return app.fetch(new Request(url, request));
    };
    const server = createAdaptorServer({ fetch }) as Server;
    const port = await listen(server, wantedPort).catch((error: unknown) => {
      if (wantedPort === 0) throw error;
      logger.warn({ port: wantedPort }, 'the port of the mock host is taken; its addresses change');
      return listen(server, 0);
    });
    const started = { server, url: `http://127.0.0.1:${port}`, apps, calls };
    running = started;
    for (const demo of demos.values()) serve(started, demo);
    if (port !== wantedPort) await save();
    return started;
  }

  function ensure(): Promise<Running> {
    if (running !== undefined) return Promise.resolve(running);
    starting ??= launch().finally(() => {
      starting = undefined;
    });
    return starting;
  }

  function baseUrl(host: Running, name: string): string {
    return `${host.url}/demos/${encodeURIComponent(name)}`;
  }

  function serve(host: Running, demo: PublishedDemo): void {
    const app = createDemoApp(demo, baseUrl(host, demo.name), host.calls, now);
    host.apps.set(encodeURIComponent(demo.name), app);
  }

  return {
    id: 'local',
    get url() {
      return running?.url;
    },
    async start() {
      return (await ensure()).url;
    },
    async publish(name, actions, signal) {
      signal.throwIfAborted();
      check(name, actions);
      const host = await ensure();
      signal.throwIfAborted();
      const before = demos.get(name);
      const same = before !== undefined && JSON.stringify(before.actions) === JSON.stringify(actions);
      // Publishing the same again leaves every answer as it was.
      const publishedAt = same ? before.publishedAt : now();
      const demo = { name, publishedAt, actions: structuredClone([...actions]) };
      demos.set(name, demo);
      serve(host, demo);
      await save();
      const base = baseUrl(host, name);
      return actions.map((action) => ({
        action: action.name,
        method: action.method,
        url: base + action.path,
      }));
    },
    async remove(name) {
      if (running === undefined && starting === undefined) await load();
      if (!demos.delete(name)) return;
      running?.apps.delete(encodeURIComponent(name));
      await save();
    },
    demos: () => [...demos.keys()],
    async stop() {
      const host = await (starting ?? running);
      if (host === undefined) return;
      running = undefined;
      const closed = new Promise<void>((resolve) => host.server.close(() => resolve()));
      host.server.closeAllConnections();
      await closed;
      await Promise.all([host.calls.flush(), saving]);
    },
  };
}

function check(name: string, actions: Parameters<MockHost['publish']>[1]): void {
  const wrong = (message: string, field: string): GreenroomError =>
    new GreenroomError('invalid-input', message, 'Correct the actions of the demo.', { field });
  if (name === '' || name.length > 120) throw wrong('A demo needs a name of 1 to 120 characters.', 'demo');
  const addresses = new Set<string>();
  const names = new Set<string>();
  for (const action of actions) {
    const parsed = actionSchema.safeParse(action);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = `${action.name}.${issue?.path.join('.') ?? ''}`;
      throw wrong(`The action ${where} is wrong: ${issue?.message ?? 'unknown'}.`, where);
    }
    requirePathInputs(action, `${action.name}.path`);
    const address = `${action.method} ${action.path.replace(/\{[^}]*\}/g, '{}')}`;
    if (addresses.has(address))
      throw wrong(`Two actions share the address ${address}.`, `${action.name}.path`);
    if (names.has(action.name)) throw wrong(`Two actions are named "${action.name}".`, 'name');
    addresses.add(address);
    names.add(action.name);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(error);
    };
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
