import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Who holds a lock. Pid and start time together name one process for good; `id` names one holding. */
export interface LockHolder {
  pid: number;
  /** As {@link ProcessStart} gives it. */
  start: string;
  id: string;
}

/** When the process started, in any form that differs when the pid is used again; undefined when there is none. */
export type ProcessStart = (pid: number) => Promise<string | undefined>;

export type LockOutcome =
  { kind: 'held'; release(): void; isOurs(): boolean } | { kind: 'taken'; by: LockHolder };

const MAX_ROUNDS = 50;

/**
 * Takes the lock `file`, or tells who has it. Never takes it from a living process.
 *
 * A dead holder is succeeded by exactly one process: the one that creates the file `<lock>.after-<id of the dead>`.
 * The successor replaces the lock in one rename, so there is never a moment without a lock to slip in. A successor that
 * dies before the rename is a dead holder like any other and is succeeded the same way.
 */
export async function acquireLock(file: string, processStart: ProcessStart): Promise<LockOutcome> {
  const start = await processStart(process.pid);
  const us: LockHolder = { pid: process.pid, start: start ?? 'unknown', id: randomBytes(8).toString('hex') };
  const draft = `${file}.${us.id}`;
  writeFileSync(draft, JSON.stringify(us), { flag: 'wx', mode: 0o600 });
  const held: LockOutcome = {
    kind: 'held',
    isOurs: () => readHolder(file)?.id === us.id,
    release: () => {
      if (readHolder(file)?.id === us.id) rmSync(file, { force: true });
    },
  };
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (createFrom(draft, file)) return held;
      const first = readHolder(file);
      if (first === undefined) continue; // released in between
      const claims: string[] = [];
      let last = first;
      for (;;) {
        if (await lives(last, processStart)) return { kind: 'taken', by: last };
        const claim = `${file}.after-${last.id}`;
        if (createFrom(draft, claim)) {
          claims.push(claim);
          break;
        }
        const next = readHolder(claim);
        if (next === undefined || claims.length >= MAX_ROUNDS) break;
        claims.push(claim);
        last = next;
      }
      const ours = claims.at(-1);
      if (ours === undefined || readHolder(ours)?.id !== us.id) continue;
      // The dead one may have been succeeded, and its claims cleared, while we looked.
      if (readHolder(file)?.id !== first.id) {
        rmSync(ours, { force: true });
        continue;
      }
      renameSync(draft, file);
      for (const claim of claims) rmSync(claim, { force: true });
      return held;
    }
    throw new Error(`${file} changes hands too fast`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The holder that the lock names, dead or alive. */
export function readHolder(file: string): LockHolder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const holder = JSON.parse(text) as Partial<LockHolder>;
    if (Number.isInteger(holder.pid) && typeof holder.start === 'string' && typeof holder.id === 'string') {
      return holder as LockHolder;
    }
  } catch {
    // Not one of ours: a lock is linked into place whole.
  }
  return { pid: 0, start: '', id: 'damaged' };
}

async function lives(holder: LockHolder, processStart: ProcessStart): Promise<boolean> {
  if (holder.pid <= 0) return false;
  const start = await processStart(holder.pid);
  // Where the start time cannot be read, an existing pid counts as the holder: waiting is safe, stealing is not.
  return start !== undefined && (start === holder.start || start === 'unknown' || holder.start === 'unknown');
}

/** Gives `draft` a second name, with its content, unless that name exists. */
function createFrom(draft: string, name: string): boolean {
  try {
    linkSync(draft, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
