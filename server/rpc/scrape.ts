import * as z from 'zod/mini';
import type { ScrapeParams } from '../../shared/protocol.ts';
import type { Handlers } from './handlers.ts';
import { id, line } from './schemas.ts';

const scrape: z.ZodMiniType<ScrapeParams> = z.strictObject({
  url: line,
  timeoutMs: z.exactOptional(z.number().check(z.positive(), z.maximum(600_000))),
});
const jobRef = z.strictObject({ jobId: id });

export const scrapeHandlers: Handlers<'scrape/start' | 'scrape/wait' | 'scrape/cancel'> = {
  'scrape/start': {
    params: scrape,
    handle: async (params, { app, tenant }) => {
      app.departure.admit();
      const done = app.beginWork();
      try {
        return { jobId: (await app.services.scrapes.get()).start(params, tenant) };
      } finally {
        done();
      }
    },
  },
  'scrape/wait': {
    params: jobRef,
    handle: async ({ jobId }, { app, cancelled }) =>
      (await app.services.scrapes.get()).wait(jobId, cancelled),
  },
  'scrape/cancel': {
    params: jobRef,
    handle: async ({ jobId }, { app }) => {
      (await app.services.scrapes.get()).cancel(jobId);
      return {};
    },
  },
};
