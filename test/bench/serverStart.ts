import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import type { Client } from '../../server/cli/connection.ts';
import { SERVER_NODE_OPTIONS } from '../../shared/connect.ts';
import { tryConnect } from '../../server/cli/connection.ts';
import { currentPaths, ensureHome } from '../../server/home.ts';
import { productVersion } from '../../server/version.ts';
import { interleave, type Measurement } from './measure.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.mjs');
const ROUNDS = 11;
/** Finer than what clients do (25 ms, then longer), to measure the server and not the waiting. */
const POLL_MS = 5;

/** The least a Node child can be: it answers one message. */
const BARE = `process.on('message', () => process.send('ready'));`;
/** The least a language server can be. */
const MINIMAL = `
import { createConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-languageserver/node';
const connection = createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
connection.onInitialize(() => ({ capabilities: {} }));
connection.onRequest('health/get', () => ({ ok: true }));
connection.listen();
`;

/** From the start of a process to its first answer, its memory at rest, and a request's round trip; side by side. */
export async function measureServer(): Promise<{
  start: Measurement[];
  memory: Measurement[];
  rpc: Measurement[];
}> {
  if (!existsSync(BUNDLE)) throw new Error('There is no bundle to measure: run "npm run build" first.');
  const folder = mkdtempSync(join(tmpdir(), 'gr-bench-'));
  try {
    const bare = join(folder, 'bare.cjs');
    writeFileSync(bare, BARE);
    const minimal = join(folder, 'minimal.cjs');
    buildSync({
      stdin: { contents: MINIMAL, resolveDir: ROOT },
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      outfile: minimal,
    });
    const cache = join(folder, 'cache');
    const memory: Record<string, number[]> = { bare: [], minimal: [], server: [] };
    const child = (name: string, file: string, first: unknown) => async (): Promise<number> => {
      const { ms, rss } = await childStart(file, first, cache);
      memory[name]?.push(rss);
      return ms;
    };
    const env = { ...process.env, GREENROOM_HOME: join(folder, 'home') };
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    };
    const subjects = {
      bare: child('bare', bare, 'ping'),
      minimal: child('minimal', minimal, initialize),
      server: async (): Promise<number> => {
        const { ms, rss } = await serverStart(env);
        memory['server']?.push(rss);
        return ms;
      },
    };
    await interleave(2, subjects); // fills the compile caches, as every start after the first one finds them
    for (const samples of Object.values(memory)) samples.length = 0;
    const start = await interleave(ROUNDS, subjects);
    return {
      start: [
        { name: 'bare Node child, first message', unit: 'ms', samples: start['bare'] ?? [] },
        { name: 'minimal language server, initialize', unit: 'ms', samples: start['minimal'] ?? [] },
        { name: 'server, spawn to health answered', unit: 'ms', samples: start['server'] ?? [], target: 150 },
      ],
      memory: [
        { name: 'bare Node child', unit: 'MB', samples: memory['bare'] ?? [] },
        { name: 'minimal language server', unit: 'MB', samples: memory['minimal'] ?? [] },
        { name: 'server at rest', unit: 'MB', samples: memory['server'] ?? [], target: 60 },
      ],
      rpc: await roundTrips(minimal, cache, env),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function childStart(file: string, first: unknown, cache: string): Promise<{ ms: number; rss: number }> {
  const begin = performance.now();
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  child.send(first as object);
  await once(child, 'message');
  const ms = performance.now() - begin;
  await pause(500);
  const rss = residentMegabytes(child.pid ?? 0);
  child.kill();
  await once(child, 'exit');
  return { ms, rss };
}

/** As clients do it: a detached process, polled until its socket answers the handshake and a request. */
async function withStartedServer<T>(
  env: NodeJS.ProcessEnv,
  use: (client: Client, pid: number, ms: number) => Promise<T>,
): Promise<T> {
  const paths = currentPaths(env);
  ensureHome(paths);
  const begin = performance.now();
  const child = spawn(process.execPath, [...SERVER_NODE_OPTIONS, BUNDLE], {
    detached: true,
    stdio: 'ignore',
    env: { ...env, NODE_COMPILE_CACHE: join(paths.cache, 'node') },
  });
  const exited = once(child, 'exit');
  for (;;) {
    const attempt = await tryConnect({ paths, version: productVersion(), client: 'test', tenant: 'bench' });
    if (attempt.kind === 'connected') {
      await attempt.connection.request('health/get', {});
      const ms = performance.now() - begin;
      const result = await use(attempt.connection, child.pid ?? 0, ms);
      await attempt.connection.request('server/stop', { graceMs: 0 });
      await exited;
      return result;
    }
    if (attempt.kind === 'refused' || performance.now() - begin > 10_000)
      throw new Error('no server answered');
    await pause(POLL_MS);
  }
}

function serverStart(env: NodeJS.ProcessEnv): Promise<{ ms: number; rss: number }> {
  return withStartedServer(env, async (_client, pid, ms) => {
    await pause(500);
    return { ms, rss: residentMegabytes(pid) };
  });
}

async function roundTrips(minimal: string, cache: string, env: NodeJS.ProcessEnv): Promise<Measurement[]> {
  const rounds = 2000;
  const child = spawn(process.execPath, [minimal], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  let id = 0;
  const ask = async (method: string, params: object): Promise<number> => {
    const begin = performance.now();
    child.send({ jsonrpc: '2.0', id: ++id, method, params });
    await once(child, 'message');
    return performance.now() - begin;
  };
  await ask('initialize', { processId: null, rootUri: null, capabilities: {} });
  try {
    return await withStartedServer(env, async (client) => {
      const samples = await interleave(rounds, {
        minimal: () => ask('health/get', {}),
        server: async () => {
          const begin = performance.now();
          await client.request('health/get', {});
          return performance.now() - begin;
        },
      });
      return [
        { name: 'minimal language server over node IPC', unit: 'ms', samples: samples['minimal'] ?? [] },
        { name: 'server, health/get over its socket', unit: 'ms', samples: samples['server'] ?? [] },
      ];
    });
  } finally {
    child.kill();
  }
}

/** Resident memory as the kernel counts it (proc_pid_status(5), VmRSS); NaN where there is no /proc. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return NaN;
  }
}
