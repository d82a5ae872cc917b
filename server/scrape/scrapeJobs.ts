import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { asGreenroomError, GreenroomError } from '../../shared/errors.ts';
import type { Job, ScrapeParams, ScrapeResult } from '../../shared/protocol.ts';
import type { Browsers } from '../browser/backend.ts';
import type { Extractor } from './extractor.ts';
import type { ScrapeJobs } from './jobs.ts';
import { openReadingPage, readPage, requireHttpUrl, type PageOutcome } from './readPage.ts';

export interface ScrapeJobsOptions {
  browsers: Browsers;
  extractor: Extractor;
  /** Folder for results too large for a message. */
  dir: string;
  logger: Logger;
  now?: () => number;
}

/** Largest Markdown, in bytes, that travels inside an answer. */
const MAX_INLINE_BYTES = 64 * 1024;
const KEPT_FILES = 50;
/** Ended jobs that can still be asked about. */
const KEPT_JOBS = 50;
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_TIMEOUT_MS = 600_000;

interface Entry {
  job: Job;
  abort: AbortController;
  result: Promise<ScrapeResult>;
}

export function createScrapeJobs(options: ScrapeJobsOptions): ScrapeJobs {
  const { browsers, extractor, dir, logger, now = Date.now } = options;
  const entries = new Map<string, Entry>();
  const listeners = new Set<(jobId: string) => void>();
  let disposed = false;

  function changed(jobId: string): void {
    for (const listener of listeners) listener(jobId);
  }

  function find(jobId: string): Entry {
    const entry = entries.get(jobId);
    if (entry !== undefined) return entry;
    throw new GreenroomError('not-found', `There is no scrape job ${jobId}.`, 'Start the job again.');
  }

  async function scrape(job: Job, url: URL, timeoutMs: number, signal: AbortSignal): Promise<ScrapeResult> {
    const started = performance.now();
    await using session = await browsers.open({
      purpose: `Scrape ${url.host}`,
      owner: job.id,
      tenant: job.tenant,
      pages: 1,
      deadlineMs: timeoutMs + 5_000,
      queueTimeoutMs: timeoutMs,
      signal,
    });
    const left = Math.max(1_000, timeoutMs - (performance.now() - started));
    const outcome = await session.run(async (ended) =>
      readPage(await openReadingPage(session), url.href, extractor, {
        signal: AbortSignal.any([signal, ended]),
        timeoutMs: left,
      }),
    );
    return toResult(job.id, url.href, outcome, Math.round(performance.now() - started));
  }

  async function toResult(
    jobId: string,
    url: string,
    outcome: PageOutcome,
    ms: number,
  ): Promise<ScrapeResult> {
    if (outcome.outcome !== 'ok') {
      const { finalUrl, status, title, reason } = outcome;
      const empty = { description: '', language: '', links: [], via: 'browser' as const };
      return { url, finalUrl, status, outcome: outcome.outcome, title, ...empty, ms, warnings: [reason] };
    }
    const { page, warnings } = outcome;
    const { finalUrl, status, title, description, language, markdown, links } = page;
    const large = Buffer.byteLength(markdown) > MAX_INLINE_BYTES;
    const content = large ? { markdownPath: await keep(jobId, markdown) } : { markdown };
    return {
      ...{ url, finalUrl, status, outcome: 'ok', title, description, language },
      ...content,
      ...{ links, via: 'browser', ms, warnings },
    };
  }

  async function keep(jobId: string, markdown: string): Promise<string> {
    await mkdir(dir, { recursive: true });
    const path = join(dir, `${jobId}.md`);
    await writeFile(path, markdown, { mode: 0o600 });
    const files = (await readdir(dir)).filter((name) => name.endsWith('.md')).map((name) => join(dir, name));
    const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
    dated.sort((a, b) => b.at - a.at || b.file.localeCompare(a.file));
    await Promise.all(dated.slice(KEPT_FILES).map(({ file }) => rm(file, { force: true })));
    return path;
  }

  function forgetOldest(): void {
    const ended = [...entries.values()].filter(({ job }) => job.status !== 'running');
    for (const { job } of ended.slice(0, Math.max(0, ended.length - KEPT_JOBS))) {
      entries.delete(job.id);
      changed(job.id);
    }
  }

  function start(params: ScrapeParams, tenant: string): string {
    if (disposed)
      throw new GreenroomError('draining', 'The server takes no new work.', 'Try again in a moment.');
    const url = requireHttpUrl(params.url);
    const timeoutMs = params.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (!(timeoutMs >= 1_000 && timeoutMs <= MAX_TIMEOUT_MS)) {
      const limits = `between 1000 and ${MAX_TIMEOUT_MS}`;
      throw new GreenroomError(
        'invalid-input',
        `The time limit must be ${limits} ms.`,
        'Give another time limit.',
        {
          field: 'timeoutMs',
        },
      );
    }
    const id = ulid();
    const abort = new AbortController();
    const job: Job = { id, kind: 'scrape', subject: url.href, tenant, status: 'running', startedAt: now() };
    const result = scrape(job, url, timeoutMs, abort.signal).then(
      (value) => {
        end(job, 'done');
        return value;
      },
      (error: unknown) => {
        const typed = asGreenroomError(error, 'internal', 'Look in the log, and try again.');
        job.error = typed.data;
        end(job, abort.signal.aborted ? 'cancelled' : 'failed');
        throw typed;
      },
    );
    // Nobody may be waiting; the job's own state keeps the error.
    result.catch(() => undefined);
    entries.set(id, { job, abort, result });
    changed(id);
    return id;
  }

  function end(job: Job, status: 'done' | 'failed' | 'cancelled'): void {
    job.status = status;
    job.endedAt = now();
    logger.info(
      { jobId: job.id, status, ms: job.endedAt - job.startedAt, code: job.error?.code },
      'scrape ended',
    );
    changed(job.id);
    forgetOldest();
  }

  function cancel(jobId: string): void {
    find(jobId).abort.abort(
      new GreenroomError('cancelled', 'Reading the page was cancelled.', 'Start again when you like.'),
    );
  }

  return {
    start,
    cancel,
    async wait(jobId, signal) {
      const { result } = find(jobId);
      const onAbort = (): void => {
        cancel(jobId);
      };
      if (signal?.aborted === true) onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await result;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
    list: () => [...entries.values()].map(({ job }) => ({ ...job })).reverse(),
    active: () => [...entries.values()].filter(({ job }) => job.status === 'running').length,
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async dispose() {
      disposed = true;
      const running = [...entries.values()].filter(({ job }) => job.status === 'running');
      for (const { job } of running) cancel(job.id);
      await Promise.allSettled(running.map(({ result }) => result));
      listeners.clear();
    },
  };
}
