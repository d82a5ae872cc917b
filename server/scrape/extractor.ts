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

/** A pool of worker threads that start at first need and end when idle. A stuck worker is killed and replaced. */
export function createExtractor(options: ExtractorOptions = {}): Extractor {
  const { size = 2, timeoutMs = 15_000, idleMs = 30_000, workerPath = entryPath('extractWorker') } = options;
  const queue: ExtractJob[] = [];
  const idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];
  const all = new Set<Worker>();
  const running = new Map<ExtractJob, Worker>();
  let disposed = false;

  function end(worker: Worker): void {
    if (all.delete(worker)) void worker.terminate();
  }

  function start(): Worker {
    const worker = new Worker(workerPath, {
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 8 },
    });
    worker.unref();
    all.add(worker);
    return worker;
  }

  function rest(worker: Worker): void {
    const timer = setTimeout(() => {
      const index = idle.findIndex((entry) => entry.worker === worker);
      if (index >= 0) idle.splice(index, 1);
      end(worker);
    }, idleMs);
    timer.unref();
    idle.push({ worker, timer });
  }

  function pump(): void {
    while (queue.length > 0 && !disposed) {
      const rested = idle.pop();
      if (rested !== undefined) clearTimeout(rested.timer);
      else if (all.size >= size) return;
      const job = queue.shift();
      if (job !== undefined) work(rested?.worker ?? start(), job);
    }
  }

  function work(worker: Worker, job: ExtractJob): void {
    running.set(job, worker);
    const finish = (result: Extracted | GreenroomError, reusable: boolean): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // A worker that ends later must not bring an unhandled 'error' with it.
      worker.on('error', () => undefined);
      running.delete(job);
      if (reusable && all.has(worker) && !disposed) rest(worker);
      else end(worker);
      job.settle(result);
      pump();
    };
    const timer = setTimeout(() => {
      finish(tooSlow(job.request.url, timeoutMs), false);
    }, timeoutMs);
    worker.on('message', (reply: ExtractReply) => {
      finish(reply.ok ? reply.extracted : broken(job.request.url, reply.message), true);
    });
    worker.on('error', (error) => {
      finish(broken(job.request.url, error instanceof Error ? error.message : String(error)), false);
    });
    worker.on('exit', () => {
      finish(job.settled ? cancelled() : broken(job.request.url, 'the worker ended'), false);
    });
    worker.postMessage(job.request);
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
          const worker = running.get(job);
          if (worker !== undefined) end(worker);
        };
        signal?.addEventListener('abort', abort, { once: true });
        queue.push(job);
        pump();
      });
    },
    workers: () => all.size,
    async dispose() {
      disposed = true;
      for (const { timer } of idle.splice(0)) clearTimeout(timer);
      for (const job of [...queue.splice(0), ...running.keys()]) job.settle(cancelled());
      const workers = [...all];
      all.clear();
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
