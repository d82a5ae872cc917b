import * as z from 'zod/mini';
import type { ProvisionParams, TaskParams } from '../../shared/protocol.ts';
import type { Handlers } from './handlers.ts';
import { document, line, runRef } from './schemas.ts';

const provision: z.ZodMiniType<ProvisionParams> = z.strictObject({
  spec: z.exactOptional(document),
  specPath: z.exactOptional(line),
  company: z.exactOptional(line),
  website: z.exactOptional(line),
  platform: z.exactOptional(line),
  mockHost: z.exactOptional(line),
  writer: z.exactOptional(line),
  key: z.exactOptional(z.enum(['auto', 'manual'])),
  apiKey: z.exactOptional(line),
});

const task: z.ZodMiniType<TaskParams> = z.strictObject({
  task: z.enum(['api-key', 'website-source', 'import-actions']),
  platform: line,
  bot: line,
  website: z.exactOptional(line),
  actions: z.exactOptional(document),
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
