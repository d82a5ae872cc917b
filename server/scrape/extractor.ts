import { Worker } from 'node:worker_threads';
import { entryPath } from '../entry.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { Extracted } from './extract.ts';

export interface ExtractRequest {
  html: string;
  url: string;
}

export type ExtractReply = { ok: true; extracted: Extracted } | { ok: false; message: string };

/** Extracts pages off the event loop. */
export interface Extractor {
  /** Errors: `deadline` when the page takes too long, `cancelled`, `internal`. */
  extract(html: string, url: string, signal?: AbortSignal): Promise<Extracted>;
  /** Worker threads alive now. */
  workers(): number;
  /** Ends all workers; jobs under way fail with `cancelled`. */
  dispose(): Promise<void>;
}

export interface ExtractorOptions {
  /** Worker threads at most. Default 2. */
  size?: number;
  /** Longest time for one page. Default 15 000 ms. */
  timeoutMs?: number;
  /** A worker without work for so long ends. Default 30 000 ms. */
  idleMs?: number;
  /** Default: the server's own worker. */
  workerPath?: string;
}

interface ExtractJob {
  request: ExtractRequest;
  settle(result: Extracted | GreenroomError): void;
  settled: boolean;
}

interface Slot {
  worker: Worker;
  job: ExtractJob | undefined;
  /** The job's deadline, or the end of an idle worker. */
  timer: NodeJS.Timeout | undefined;
}

/** A pool of worker threads that start at first need and end when idle. A stuck worker is killed and replaced. */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const { size = 2, timeoutMs = 15_000, idleMs = 30_000, workerPath = entryPath('extractWorker') } = options;
  const queue: ExtractJob[] = [];
  const slots = new Set<Slot>();
  let disposed = false;

  function start(): Slot {
    const worker = new Worker(workerPath, {
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 8 },
    });
    const slot: Slot = { worker, job: undefined, timer: undefined };
    slots.add(slot);
    worker.on('message', (reply: ExtractReply) => {
      const url = slot.job?.request.url ?? '';
      free(slot, reply.ok ? reply.extracted : broken(url, reply.message));
      pump();
    });
    worker.on('error', (error) => {
      end(slot, broken(slot.job?.request.url ?? '', error instanceof Error ? error.message : String(error)));
    });
    worker.on('exit', () => {
      end(slot, broken(slot.job?.request.url ?? '', 'the worker thread ended'));
    });
    return slot;
  }

  /** Hands over the result and lets the worker rest; an idle worker keeps no process alive and ends after a while. */
  function free(slot: Slot, result: Extracted | GreenroomError): void {
    clearTimeout(slot.timer);
    slot.job?.settle(result);
    slot.job = undefined;
    slot.worker.unref();
    slot.timer = setTimeout(() => {
      end(slot, cancelled());
    }, idleMs);
    slot.timer.unref();
  }

  function end(slot: Slot, result: GreenroomError): void {
    if (!slots.delete(slot)) return;
    clearTimeout(slot.timer);
    void slot.worker.terminate();
    slot.job?.settle(result);
    slot.job = undefined;
    pump();
  }

  function pump(): void {
    while (queue.length > 0 && !disposed) {
      const resting = [...slots].find((slot) => slot.job === undefined);
      if (resting === undefined && slots.size >= size) return;
      const job = queue.shift();
      if (job !== undefined) work(resting ?? start(), job);
    }
  }

  function work(slot: Slot, job: ExtractJob): void {
    clearTimeout(slot.timer);
    slot.job = job;
    slot.timer = setTimeout(() => {
      end(slot, tooSlow(job.request.url, timeoutMs));
    }, timeoutMs);
    slot.worker.ref();
    slot.worker.postMessage(job.request);
  }

  return {
    extract(html, url, signal) {
      return new Promise((resolve, reject) => {
        if (disposed || signal?.aborted === true) {
          reject(cancelled());
          return;
        }
        const job: ExtractJob = {
          request: { html, url },
          settled: false,
          settle(result) {
            if (job.settled) return;
            job.settled = true;
            signal?.removeEventListener('abort', abort);
            if (result instanceof GreenroomError) reject(result);
            else resolve(result);
          },
        };
        const abort = (): void => {
          const place = queue.indexOf(job);
          if (place >= 0) queue.splice(place, 1);
          job.settle(cancelled());
          const slot = [...slots].find((candidate) => candidate.job === job);
          if (slot !== undefined) end(slot, cancelled());
        };
        signal?.addEventListener('abort', abort, { once: true });
        queue.push(job);
        pump();
      });
    },
    workers: () => slots.size,
    async dispose() {
      disposed = true;
      for (const job of queue.splice(0)) job.settle(cancelled());
      const workers = [...slots].map((slot) => slot.worker);
      for (const slot of slots) end(slot, cancelled());
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function tooSlow(url: string, timeoutMs: number): GreenroomError {
  return new GreenroomError(
    'deadline',
    `Extracting the content of ${url} took longer than ${timeoutMs / 1000} s.`,
    'Read a smaller page of this website.',
  );
}

function broken(url: string, why: string): GreenroomError {
  return new GreenroomError(
    'internal',
    `The content of ${url} could not be extracted: ${why}.`,
    'Read another page.',
  );
}

function cancelled(): GreenroomError {
  return new GreenroomError('cancelled', 'Reading the page was cancelled.', 'Start again when you like.');
}
