import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { DemoSpec } from '../../../shared/demoSpec.ts';
import type { ErrorData, Outcome, Plan } from '../../../shared/protocol.ts';
import type { StepEvent } from '../engine/events.ts';

/** Version of the record format; a reader refuses a newer one. */
export const JOURNAL_VERSION = 1;

export type RunEvent =
  | {
      type: 'run.planned';
      spec: DemoSpec;
      specPath?: string;
      plan: Plan;
      planHash: string;
      tenant: string;
      version: string;
    }
  /** One life of the run in one server; a later life raises the epoch. */
  | { type: 'run.started'; epoch: number; pid: number }
  | {
      type: 'run.ended';
      status: 'ready' | 'ready-with-debts' | 'failed' | 'cancelled';
      outcomes: Outcome[];
      criticalPath: string[];
      error?: ErrorData;
    };

export type JournalEvent = RunEvent | StepEvent;

/** One line of a journal: an event with its place, wall time (epoch ms) and monotonic time (ms since the run's life began). */
export type JournalRecord = JournalEvent & { v: number; seq: number; t: number; m: number };

const envelope = z.looseObject({
  v: z.int(),
  seq: z.int().nonnegative(),
  t: z.number(),
  m: z.number(),
  type: z.string(),
  crc: z.string(),
});

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** The line of a record, newline included. The checksum covers the record without itself. */
export function encodeRecord(record: JournalRecord): string {
  const text = JSON.stringify(record);
  return `${text.slice(0, -1)},"crc":"${checksum(text)}"}\n`;
}

export type Decoded = { record: JournalRecord } | { problem: string };

/** Reads one line back, or says why it can't be trusted. */
export function decodeRecord(line: string, expectedSeq: number): Decoded {
  const match = /^(.*),"crc":"([0-9a-f]{8})"\}$/s.exec(line);
  if (match?.[1] === undefined) return { problem: 'torn line' };
  if (checksum(`${match[1]}}`) !== match[2]) return { problem: 'checksum differs' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'not JSON' };
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return { problem: 'not a record' };
  if (parsed.data.v > JOURNAL_VERSION) return { problem: `format ${parsed.data.v} of a newer version` };
  if (parsed.data.seq !== expectedSeq)
    return { problem: `record ${parsed.data.seq} where ${expectedSeq} was due` };
  const { crc: _crc, ...record } = parsed.data;
  return { record: record as unknown as JournalRecord };
}
