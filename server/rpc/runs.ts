import * as z from 'zod';
import type { ProvisionParams, TaskParams } from '../../shared/protocol.ts';
import type { Handlers } from './handlers.ts';
import { document, line, runRef } from './schemas.ts';

const provision: z.ZodType<ProvisionParams> = z.strictObject({
  spec: document.exactOptional(),
  specPath: line.exactOptional(),
  company: line.exactOptional(),
  website: line.exactOptional(),
  platform: line.exactOptional(),
  mockHost: line.exactOptional(),
  writer: line.exactOptional(),
  key: z.enum(['auto', 'manual']).exactOptional(),
  apiKey: line.exactOptional(),
});

const task: z.ZodType<TaskParams> = z.strictObject({
  task: z.enum(['api-key', 'website-source', 'import-actions']),
  platform: line,
  bot: line,
  website: line.exactOptional(),
  actions: document.exactOptional(),
});

export const runHandlers: Handlers<
  'run/plan' | 'run/start' | 'run/wait' | 'run/get' | 'run/cancel' | 'task/run'
> = {
  'run/plan': {
    params: provision,
    handle: async (params, { app }) => (await app.services.runs.get()).plan(params),
  },
  'run/start': {
    params: provision,
    handle: async (params, { app, tenant }) => {
      app.departure.admit();
      if (params.apiKey !== undefined) app.redactor.add(params.apiKey);
      const done = app.beginWork();
      try {
        return { runId: await (await app.services.runs.get()).start(params, tenant) };
      } finally {
        done();
      }
    },
  },
  'run/wait': {
    params: runRef,
    handle: async ({ runId }, { app, cancelled }) => (await app.services.runs.get()).wait(runId, cancelled),
  },
  'run/get': {
    params: runRef,
    handle: async ({ runId }, { app }) => (await app.services.runs.get()).get(runId),
  },
  'run/cancel': {
    params: runRef,
    handle: async ({ runId }, { app }) => (await app.services.runs.get()).cancel(runId),
  },
  'task/run': {
    params: task,
    handle: async (params, { app, tenant, signal }) => {
      app.departure.admit();
      const done = app.beginWork();
      try {
        return await (await app.services.runs.get()).runTask(params, tenant, signal);
      } finally {
        done();
      }
    },
  },
};
