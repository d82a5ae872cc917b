import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type { ConnectOverCDPTransport } from 'playwright';
import type { Logger } from 'pino';
import { climbLadder, killRungs } from './closeLadder.ts';
import type { Rung } from './closeLadder.ts';
import { browserHome, makeHome, removeHome, writeRecord } from './homes.ts';
import type { BrowserHome } from './homes.ts';
import { launchFlags } from './launchFlags.ts';
import { pipeTransport } from './pipeTransport.ts';
import { identify, killTree } from './processIdentity.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import type { Supervision } from './supervision.ts';

export interface ProcessOptions {
  executablePath: string;
  /** Folder that holds the homes of all browsers. */
  root: string;
  headless: boolean;
  sandbox: boolean;
  server: Promise<ProcessIdentity | undefined>;
  supervision: Supervision;
  logger: Logger;
}

/** A browser process that we started: its pid, its process group and its folder are known and ours. */
export interface ChromiumProcess {
  readonly pid: number;
  readonly home: BrowserHome;
  readonly transport: ConnectOverCDPTransport;
  /** Resolves, with the reason, when the process has ended. Never rejects. */
  readonly ended: Promise<string>;
  /** The last lines it wrote to standard error, without its usual noise. */
  lastWords(): string;
  /** Climbs `rungs`, then SIGTERM and SIGKILL of the group, then removes the home. Idempotent, never rejects. */
  close(rungs: readonly Rung[]): Promise<void>;
}

/** sun_path holds 108 bytes on Linux, 104 on macOS (unix(7)); Chromium puts a socket below TMPDIR. */
const MAX_TMPDIR = 104 - '/org.chromium.Chromium.XXXXXX/SingletonSocket'.length;
const MIN_SHARED_MEMORY = 256 * 1024 * 1024;

/** Starts the process. Errors: those of `spawn`, such as ENOENT and EACCES. */
export async function startChromium(options: ProcessOptions): Promise<ChromiumProcess> {
  const { logger, supervision, root } = options;
  const server = await options.server;
  if (server === undefined) throw new Error('The start time of this process cannot be read.');
  const home = browserHome(root, randomBytes(6).toString('hex'));
  const record = { server, profileDir: home.profileDir };
  await makeHome(home, record);
  const child = spawn(
    options.executablePath,
    launchFlags({
      profileDir: home.profileDir,
      headless: options.headless,
      sandbox: options.sandbox,
      sharedMemory: await hasSharedMemory(),
    }),
    {
      // Its own group, so that one signal reaches all of its processes, and none that is meant for the server.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // What Chromium leaves in its temporary folder when killed is removed with the home.
      env: home.tmpDir.length > MAX_TMPDIR ? process.env : { ...process.env, TMPDIR: home.tmpDir },
    },
  );
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once('error', (error) => resolve(error.message));
  });
  const pid = child.pid;
  if (pid === undefined) {
    const why = await ended;
    await removeHome(home);
    throw new Error(why);
  }
  const words = keepLastWords(child.stderr as Readable);
  const transport = pipeTransport(child.stdio[3] as Writable, child.stdio[4] as Readable);

  const recorded = identify(pid).then(async (browser) => {
    if (browser === undefined) return;
    supervision.watch(root, home.id, browser);
    await writeRecord(home, { ...record, browser });
  });
  recorded.catch((error: unknown) => logger.error({ err: error, pid }, 'the browser could not be recorded'));

  let closing: Promise<void> | undefined;
  async function close(rungs: readonly Rung[]): Promise<void> {
    const rung = await climbLadder([...rungs, ...killRungs(pid as number)], ended);
    if (rung === undefined) logger.error({ pid }, 'the browser outlived SIGKILL');
    else if (rung.startsWith('SIG')) logger.warn({ pid, rung }, 'the browser had to be killed');
    // Its children may outlive it for a moment; while they do, their group's id is given to no other process.
    if (rung !== undefined && process.platform !== 'win32') await killTree(pid as number, 'SIGKILL');
    await recorded.catch(() => undefined);
    try {
      if (rung !== undefined) await removeHome(home);
    } catch (error) {
      logger.warn({ err: error, home: home.dir }, 'the browser folder is left for the next start to remove');
    }
    supervision.unwatch(root, home.id);
  }

  return {
    pid,
    home,
    transport,
    ended,
    lastWords: words,
    close: (rungs) => (closing ??= close(rungs)),
  };
}

/** D-Bus and GPU complaints are normal on a machine without a desktop and explain nothing. */
const NOISE = /dbus|gpu|vaapi|unexpected operator|devtools_pipe/i;

function keepLastWords(stderr: Readable): () => string {
  let text = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (chunk: string) => (text = (text + chunk).slice(-8_192)));
  stderr.on('error', () => undefined);
  return () =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '' && !NOISE.test(line))
      .slice(-4)
      .join(' | ')
      .slice(0, 600);
}

async function hasSharedMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    const { bsize, blocks } = await statfs('/dev/shm');
    return bsize * blocks >= MIN_SHARED_MEMORY;
  } catch {
    return false;
  }
}
