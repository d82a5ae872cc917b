import * as z from 'zod';
import { delay } from '../../timing/abort.ts';

/**
 * How the platform misbehaves. Besides HTTP methods there are those of its background work: CLONE, INDEX, CRAWL and
 * ANSWER, with the path of the bot, article, source or conversation.
 */
export const faultSchema = z.strictObject({
  /** Absent: any. */
  method: z.string().toUpperCase().optional(),
  /** `*` stands for part of a segment, `**` for anything. */
  path: z.string().min(1),
  /** Requests that pass before it takes effect. */
  skip: z.int().min(0).default(0),
  /** Requests it affects; absent: all. */
  times: z.int().min(1).optional(),
  delayMs: z.int().min(0).max(120_000).optional(),
  status: z.int().min(400).max(599).optional(),
  /** With status 429 or 503. */
  retryAfterSeconds: z.int().min(0).optional(),
  /** Cuts the connection without an answer. */
  drop: z.boolean().default(false),
  /** Answers 200 with this HTML in place of the page. */
  html: z.string().optional(),
});
export type FaultInput = z.input<typeof faultSchema>;
type Fault = z.output<typeof faultSchema>;

/** What is left to do about a request when the delay is over. */
export type Misbehaviour = Pick<Fault, 'status' | 'retryAfterSeconds' | 'drop' | 'html'>;

/** Faults set by tests. The first that fits a request counts. */
export class Faults {
  #active: { fault: Fault; pattern: RegExp; seen: number }[] = [];

  set(faults: readonly Fault[]): void {
    this.#active = faults.map((fault) => ({ fault, pattern: patternOf(fault.path), seen: 0 }));
  }

  list(): { fault: Fault; seen: number }[] {
    return this.#active.map(({ fault, seen }) => ({ fault, seen }));
  }

  /** Waits the delay of the fault that fits and says what else is wrong. */
  async meet(method: string, path: string, signal: AbortSignal): Promise<Misbehaviour | undefined> {
    for (const active of this.#active) {
      const { fault } = active;
      if ((fault.method !== undefined && fault.method !== method) || !active.pattern.test(path)) continue;
      active.seen += 1;
      const affected = active.seen - fault.skip;
      if (affected < 1 || affected > (fault.times ?? Infinity)) continue;
      if (fault.delayMs !== undefined) await delay(fault.delayMs, signal);
      return fault;
    }
    return undefined;
  }

  /** Meets a fault of background work: an error with `status` becomes an exception. */
  async work(kind: 'CLONE' | 'INDEX' | 'CRAWL' | 'ANSWER', path: string, signal: AbortSignal): Promise<void> {
    const met = await this.meet(kind, path, signal);
    if (met?.status !== undefined || met?.drop) throw new Error(`internal error ${met.status ?? 500}`);
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
