import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from './processIdentity.ts';

/** Everything one browser writes, in one folder of ours: `profile`, `artifacts`, `tmp`. */
export interface BrowserHome {
  readonly id: string;
  readonly dir: string;
  readonly profileDir: string;
  readonly artifactsDir: string;
  readonly tmpDir: string;
  readonly recordPath: string;
}

/** The JSON file next to a browser's folder: who runs it, and for whom. Written before the folder exists. */
export interface BrowserRecord {
  server: ProcessIdentity;
  profileDir: string;
  /** Absent from the making of the folder until the process is identified. */
  browser?: ProcessIdentity;
}

export function browserHome(root: string, id: string): BrowserHome {
  const dir = join(root, id);
  return {
    id,
    dir,
    profileDir: join(dir, 'profile'),
    artifactsDir: join(dir, 'artifacts'),
    tmpDir: join(dir, 'tmp'),
    recordPath: join(root, `${id}.json`),
  };
}

export async function makeHome(home: BrowserHome, record: BrowserRecord): Promise<void> {
  await mkdir(join(home.dir, '..'), { recursive: true, mode: 0o700 });
  await writeRecord(home, record);
  await mkdir(home.dir, { mode: 0o700 });
  await Promise.all(
    [home.profileDir, home.artifactsDir, home.tmpDir].map((dir) => mkdir(dir, { mode: 0o700 })),
  );
}

/** Atomic, so that a reader never sees half a record. */
export async function writeRecord(home: BrowserHome, record: BrowserRecord): Promise<void> {
  const temporary = `${home.recordPath}.new`;
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  await rename(temporary, home.recordPath);
}

/** Undefined when the record is gone or is not one. */
export async function readRecord(home: BrowserHome): Promise<BrowserRecord | undefined> {
  try {
    const value = JSON.parse(await readFile(home.recordPath, 'utf8')) as Partial<BrowserRecord> | null;
    if (!isIdentity(value?.server) || typeof value?.profileDir !== 'string') return undefined;
    const record = { server: value.server, profileDir: value.profileDir };
    return isIdentity(value.browser) ? { ...record, browser: value.browser } : record;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const { pid, startTime } = (value ?? {}) as Partial<ProcessIdentity>;
  return Number.isSafeInteger(pid) && Number(pid) > 1 && typeof startTime === 'string' && startTime !== '';
}

/** Folder first, record last: a removal that was cut short is found again by its record. */
export async function removeHome(home: BrowserHome): Promise<void> {
  // A dying browser still writes; rm retries EBUSY, ENOTEMPTY and EPERM, waiting 200 ms longer each time.
  await rm(home.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  await rm(home.recordPath, { force: true });
}

/** The homes under `root`, known by their record or by their folder. */
export async function listHomes(root: string): Promise<BrowserHome[]> {
  const names = await readdir(root).catch(() => []);
  return [...new Set(names.map((name) => name.replace(/\.json(\.new)?$/, '')))].map((id) =>
    browserHome(root, id),
  );
}
