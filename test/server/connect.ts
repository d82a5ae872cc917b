import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connected } from '../../shared/connect.ts';
import type { Paths } from '../../shared/paths.ts';
import type { ErrorCode, Settings } from '../../shared/protocol.ts';
import { type Client, openClient, tryConnect } from '../../server/cli/connection.ts';
import { currentPaths } from '../../server/home.ts';
import { processStart } from '../../server/lifecycle/processStart.ts';
import { readServerFile } from '../../server/lifecycle/serverInfo.ts';
import { productVersion } from '../../server/version.ts';

export interface ConnectOverrides {
  version?: string;
  protocol?: number;
  tenant?: string;
  settings?: Settings;
  serverArgs?: readonly string[];
  signal?: AbortSignal;
}

/** A home of its own, with its server. Disposing of it ends the server and removes the folder. */
export interface TestHome extends AsyncDisposable {
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  /** Connects, starting the server when there is none. */
  connect(overrides?: ConnectOverrides): Promise<Connected<Client>>;
  /** Connects to a server that runs; fails when there is none. */
  attempt(overrides?: ConnectOverrides): ReturnType<typeof tryConnect>;
  /** The process that serves the home, or undefined. */
  pid(): number | undefined;
  log(): string;
}

/** Makes a fresh home under the temporary folder; starts nothing. */
export function freshHome(): TestHome {
  const folder = mkdtempSync(join(tmpdir(), 'gr-'));
  const env = { ...process.env, GREENROOM_HOME: join(folder, 'home') };
  const paths = currentPaths(env);
  const clients = new Set<Client>();
  const options = (overrides: ConnectOverrides): Parameters<typeof openClient>[0] => ({
    paths,
    env,
    version: productVersion(),
    client: 'test',
    tenant: `test-${randomBytes(3).toString('hex')}`,
    ...overrides,
  });
  return {
    paths,
    env,
    connect: async (overrides = {}) => {
      const connected = await openClient(options(overrides));
      clients.add(connected.connection);
      return connected;
    },
    attempt: async (overrides = {}) => {
      const attempt = await tryConnect(options(overrides));
      if (attempt.kind === 'connected' || attempt.kind === 'refused') clients.add(attempt.connection);
      return attempt;
    },
    pid: () => readServerFile(paths.serverInfo)?.pid,
    log: () => (existsSync(paths.serverLog) ? readFileSync(paths.serverLog, 'utf8') : ''),
    [Symbol.asyncDispose]: async () => {
      const pid = readServerFile(paths.serverInfo)?.pid;
      for (const client of clients) client.close();
      if (pid !== undefined) await endProcess(pid);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Ends a process gently, then by force; resolves when it is gone. */
export async function endProcess(pid: number): Promise<void> {
  if (!(await isAlive(pid))) return;
  process.kill(pid, 'SIGTERM');
  try {
    await until(async () => !(await isAlive(pid)), 'the process to end', 20_000);
  } catch {
    process.kill(pid, 'SIGKILL');
    await until(async () => !(await isAlive(pid)), 'the process to end by force');
  }
}

export async function isAlive(pid: number): Promise<boolean> {
  return (await processStart(pid)) !== undefined;
}

/** Resolves when `condition` holds; fails naming what it waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** For `assert.rejects`: a typed error with this code and a next step. */
export function typed(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    const data = (error as { data?: { code?: string; next?: string; message?: string } }).data;
    if (data?.code === code && (data.next ?? '').length > 0 && (data.message ?? '').length > 0) return true;
    throw new Error(`expected a typed error "${code}", got ${JSON.stringify(data)} (${String(error)})`);
  };
}
