import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogOutputChannel } from 'vscode';
import { connectOrSpawn, SERVER_NODE_OPTIONS } from '../shared/connect.ts';
import type { Attempt, ServerLink, StartedServer } from '../shared/connect.ts';
import { isGreenroomError } from '../shared/errors.ts';
import { resolvePaths } from '../shared/paths.ts';
import type { Paths } from '../shared/paths.ts';
import { PROTOCOL_VERSION } from '../shared/protocol.ts';
import type { Handshake, Settings } from '../shared/protocol.ts';
import { drainOver, openLanguageClient } from './languageClient.ts';
import type { Redactor } from './redact.ts';
import type { Link, LinkEvents } from './server.ts';

export interface ConnectionOptions {
  /** Bundle of the server. */
  serverModule: string;
  version: string;
  tenant: string;
  /** Folder of all state; undefined for the default one. */
  home: string | undefined;
  settings: Settings;
  output: LogOutputChannel;
  redactor: Redactor;
}

const HANDSHAKE_TIMEOUT_MS = 5000;

/** A language client that the algorithm of connect-or-spawn can also ask to drain. */
interface Candidate extends ServerLink {
  link?: Link;
}

/** Connects to the server of the home, starting it when there is none. */
export async function openConnection(options: ConnectionOptions, events: LinkEvents): Promise<Link> {
  const env = environment(options.home);
  const paths = resolvePaths({
    platform: process.platform,
    env,
    homedir: homedir(),
    tmpdir: tmpdir(),
    user: userInfo().username,
  });
  const { output } = options;
  const { connection, spawned, server } = await connectOrSpawn<Candidate>(
    {
      tryConnect: () => tryConnect(paths, options, events),
      spawn: () =>
        startServer(options.serverModule, { ...env, NODE_COMPILE_CACHE: join(paths.cache, 'node') }),
      sleep: async (ms) => void (await sleep(ms)),
      now: () => performance.now(),
      random: () => Math.random(),
    },
    {
      version: options.version,
      logPath: paths.serverLog,
      onProgress: (progress) => {
        if (progress.phase === 'starting') output.info(`Starting a server; its log is ${paths.serverLog}`);
        else output.info(`Server ${progress.version} finishes ${String(progress.activeRuns)} runs first.`);
      },
    },
  );
  const { link } = connection;
  if (!link) throw new Error('connected without a link');
  output.info(
    `${spawned ? 'Started' : 'Connected to'} server ${server.version}, process ${String(server.pid)}, at ${paths.socket}`,
  );
  return link;
}

async function tryConnect(
  paths: Paths,
  options: ConnectionOptions,
  events: LinkEvents,
): Promise<Attempt<Candidate>> {
  const socket = await connectSocket(paths.socket);
  if (!socket) return { kind: 'absent' };
  const secret = await readFile(paths.secret, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
  if (secret === undefined) {
    socket.destroy();
    return { kind: 'unready' };
  }
  options.redactor.add(secret);
  const handshake: Handshake = {
    protocol: PROTOCOL_VERSION,
    secret,
    version: options.version,
    client: 'vscode',
    tenant: options.tenant,
    settings: options.settings,
  };
  try {
    const link = await openLanguageClient({
      socket,
      handshake,
      output: options.output,
      events,
      timeoutMs: HANDSHAKE_TIMEOUT_MS,
    });
    const connection: Candidate = {
      link,
      drain: (reason) => link.request('server/drain', { reason }),
      close: () => void link.close(),
    };
    return { kind: 'connected', connection, server: link.identity };
  } catch (error) {
    if (!isGreenroomError(error) || (error.code !== 'version-mismatch' && error.code !== 'unauthorized')) {
      return { kind: 'unready' };
    }
    const connection: Candidate = {
      drain: async (reason) => {
        const again = await connectSocket(paths.socket);
        return again ? drainOver(again, handshake, reason) : { activeRuns: 0 };
      },
      close: () => undefined,
    };
    return { kind: 'refused', connection, error: error.data };
  }
}

/** Undefined when nobody listens. */
function connectSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined); // the close that follows says it all
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });
}

/** A server that outlives this window: detached, with no pipe to it, on the editor's own Node. */
function startServer(module: string, env: NodeJS.ProcessEnv): StartedServer {
  const child = spawn(process.execPath, [...SERVER_NODE_OPTIONS, module], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env,
  });
  let exit: { code: number | null; signal: string | null } | undefined;
  child.once('exit', (code, signal) => (exit = { code, signal }));
  child.once('error', () => (exit ??= { code: 127, signal: null }));
  child.unref();
  return { exit: () => exit };
}

/** The editor's environment without what it tells its own processes. A relative home of the setting is in the user's. */
function environment(home: string | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL)/.test(name),
  );
  const inherited = process.env['GREENROOM_HOME'];
  const chosen =
    home === undefined
      ? inherited && resolve(inherited)
      : resolve(homedir(), home.replace(/^~(?=$|[\\/])/, '.'));
  return {
    ...Object.fromEntries(own),
    ELECTRON_RUN_AS_NODE: '1',
    ...(chosen ? { GREENROOM_HOME: chosen } : {}),
  };
}
