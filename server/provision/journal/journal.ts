import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GreenroomError } from '../../../shared/errors.ts';
import { isDurable } from '../engine/events.ts';
import {
  decodeRecord,
  encodeRecord,
  JOURNAL_VERSION,
  type JournalEvent,
  type JournalRecord,
} from './records.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
}

export const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The append-only journal of one run: the truth that everything else is derived from. One writer per file.
 * Writes of one turn of the event loop go out together, with one fsync when one of them must be durable.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #clock: Clock;
  readonly #origin: number;
  #seq: number;
  #pending: { lines: string; durable: boolean; done: PromiseWithResolvers<void> } | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, clock: Clock, seq: number) {
    this.path = path;
    this.#file = file;
    this.#clock = clock;
    this.#origin = clock.monotonic();
    this.#seq = seq;
  }

  /** Makes a new journal. Errors: `conflict` when there is one already, `internal` when the disk refuses. */
  static async create(path: string, clock: Clock = systemClock): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'ax', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new GreenroomError(
        error.code === 'EEXIST' ? 'conflict' : 'internal',
        `The journal ${path} can't be made: ${error.message}`,
        "Check that Greenroom's home folder is writable and has space.",
        { cause: error },
      );
    });
    return new Journal(path, file, clock, 0);
  }

  /** Opens a journal for going on. What follows its last good record is cut off. */
  static async reopen(
    path: string,
    clock: Clock = systemClock,
  ): Promise<{ journal: Journal; records: JournalRecord[] }> {
    const { records, goodBytes, problem } = await readJournal(path);
    if (problem !== undefined) await truncate(path, goodBytes);
    const journal = new Journal(path, await open(path, 'a', 0o600), clock, records.length);
    return { journal, records };
  }

  /** Takes an event in; `written` resolves when it is in the file, for a durable one when it is on the disk. */
  append(event: JournalEvent): { record: JournalRecord; written: Promise<void> } {
    const record: JournalRecord = {
      v: JOURNAL_VERSION,
      seq: this.#seq++,
      t: this.#clock.wall(),
      m: Math.round((this.#clock.monotonic() - this.#origin) * 1000) / 1000,
      ...event,
    };
    return { record, written: this.#enqueue(encodeRecord(record), isDurable(event)) };
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  #enqueue(line: string, durable: boolean): Promise<void> {
    if (this.#pending !== undefined) {
      this.#pending.lines += line;
      this.#pending.durable ||= durable;
      return this.#pending.done.promise;
    }
    const batch = { lines: line, durable, done: Promise.withResolvers<void>() };
    this.#pending = batch;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        this.#pending = undefined;
        await this.#file.appendFile(batch.lines);
        if (batch.durable) await this.#file.datasync();
      });
    this.#writing.then(batch.done.resolve, batch.done.reject);
    return batch.done.promise;
  }
}

export interface JournalContent {
  records: JournalRecord[];
  /** Length of the trusted part, in bytes. */
  goodBytes: number;
  /** Why reading stopped before the end. */
  problem?: string;
}

/** Reads up to the first record that can't be trusted. */
export async function readJournal(path: string): Promise<JournalContent> {
  const bytes = await readFile(path);
  const records: JournalRecord[] = [];
  let goodBytes = 0;
  while (goodBytes < bytes.length) {
    const end = bytes.indexOf(0x0a, goodBytes);
    if (end === -1) return { records, goodBytes, problem: 'torn line' };
    const decoded = decodeRecord(bytes.toString('utf8', goodBytes, end), records.length);
    if ('problem' in decoded) return { records, goodBytes, problem: decoded.problem };
    records.push(decoded.record);
    goodBytes = end + 1;
  }
  return { records, goodBytes };
}
