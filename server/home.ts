import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { GreenroomError } from '../shared/errors.ts';
import { type PathInputs, type Paths, resolvePaths } from '../shared/paths.ts';

/** What {@link resolvePaths} needs, from this process. A relative home counts from the current folder, for good. */
function pathInputs(env: NodeJS.ProcessEnv): PathInputs {
  const home = env['GREENROOM_HOME'];
  return {
    platform: process.platform,
    env: home ? { ...env, GREENROOM_HOME: resolve(home) } : env,
    homedir: homedir(),
    tmpdir: tmpdir(),
    user: userInfo().username,
  };
}

/** The paths that this process's environment names. */
export function currentPaths(env: NodeJS.ProcessEnv = process.env): Paths {
  return resolvePaths(pathInputs(env));
}

/**
 * Makes the folders of a home, readable by the user alone, and its secret. Safe to repeat and to race.
 * Errors: `invalid-input` when the home cannot be written or the socket's folder belongs to somebody else.
 */
export function ensureHome(paths: Paths): { secret: string } {
  try {
    const folders = [paths.home, paths.logs, paths.cache, paths.runs, paths.scrapes];
    for (const folder of [...folders, paths.browsers, paths.sandbox, paths.mocks]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    chmodSync(paths.home, 0o700);
    if (paths.socketFolder !== undefined && paths.socketFolder !== paths.home) claim(paths.socketFolder);
    return { secret: ensureSecret(paths.secret) };
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    throw new GreenroomError(
      'invalid-input',
      `Greenroom cannot write to its folder ${paths.home} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      'Make the folder writable, or name another one in the environment variable GREENROOM_HOME.',
      { field: 'GREENROOM_HOME', cause: error },
    );
  }
}

/** The secret of a home, or undefined when no server has ever made one. */
export function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(secret) ? secret : undefined;
  } catch {
    return undefined;
  }
}

function ensureSecret(file: string): string {
  const existing = readSecret(file);
  if (existing !== undefined) {
    chmodSync(file, 0o600);
    return existing;
  }
  // Written aside and linked, so that nobody ever reads half a secret; of two that race, one link fails.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (readSecret(file) === undefined) {
      // What is there is damaged: no client could have used it.
      rmSync(file, { recursive: true, force: true });
      linkSync(draft, file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(file);
  if (secret === undefined) throw new Error('the secret vanished');
  return secret;
}

/** The folder of temporary files is everybody's: what is in it must be ours, and a folder. */
function claim(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  const own = process.getuid === undefined || stats.uid === process.getuid();
  if (!stats.isDirectory() || !own) {
    throw new GreenroomError(
      'invalid-input',
      `${folder} belongs to somebody else, so the server's socket is not safe there.`,
      'Name a folder with a shorter path in the environment variable GREENROOM_HOME.',
      { field: 'GREENROOM_HOME' },
    );
  }
  chmodSync(folder, 0o700);
}
