import type { Job, ScrapeParams, ScrapeResult } from '../../shared/protocol.ts';

/** Scrape jobs of all tenants. */
export interface ScrapeJobs {
  /** Errors: `invalid-input`. */
  start(params: ScrapeParams, tenant: string): string;
  /** Resolves when the job has ended; aborting `signal` cancels the job. Errors: `not-found`, or those of the job. */
  wait(jobId: string, signal?: AbortSignal): Promise<ScrapeResult>;
  cancel(jobId: string): void;
  list(): Job[];
  active(): number;
  onChange(listener: (jobId: string) => void): () => void;
  dispose(): Promise<void>;
}
