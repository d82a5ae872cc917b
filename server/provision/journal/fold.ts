import type { Run, RunStep } from '../../../shared/protocol.ts';
import type { JournalRecord } from './records.ts';

/**
 * The state of a run after one more record. The live view, the history and the report all come from here, so
 * that they can't differ. Steps and the run are replaced, never changed in place.
 */
export function foldRecord(run: Run, record: JournalRecord): Run {
  switch (record.type) {
    case 'run.planned':
      return {
        ...run,
        company: record.plan.company,
        website: record.plan.website,
        platform: record.plan.platform,
        tenant: record.tenant,
        criticalPath: record.plan.criticalPath,
        startedAt: record.t,
        steps: record.plan.steps.map((step) => ({ ...step, status: 'pending', attempts: 0 })),
        ...(record.specPath === undefined ? {} : { specPath: record.specPath }),
      };
    case 'run.started':
      return { ...run, status: 'running' };
    case 'run.ended':
      return {
        ...run,
        status: record.status,
        endedAt: record.t,
        outcomes: record.outcomes,
        criticalPath: record.criticalPath,
        ...(record.error === undefined ? {} : { error: record.error }),
      };
    default: {
      const steps = run.steps.map((step) => (step.id === record.step ? foldStep(step, record) : step));
      // Where the bot is shows as soon as it exists, not only at the end.
      const made =
        record.type === 'object.created' && record.object.kind === 'bot' ? record.object.url : undefined;
      return { ...run, steps, ...(made === undefined ? {} : { botUrl: made }) };
    }
  }
}

type StepRecord = Extract<JournalRecord, { step: string }>;

function foldStep(step: RunStep, record: StepRecord): RunStep {
  const { waiting: _waiting, ...working } = step;
  const ended = { endedAt: record.t, ms: record.t - (step.startedAt ?? record.t) };
  switch (record.type) {
    case 'step.started':
      return {
        ...working,
        status: 'running',
        attempts: record.attempt,
        startedAt: step.startedAt ?? record.t,
      };
    case 'step.intent':
    case 'object.created':
      return working;
    case 'step.detail':
      return { ...working, detail: record.detail };
    case 'step.waiting':
      return record.reason === undefined ? working : { ...step, waiting: record.reason };
    case 'step.retry':
      return { ...step, waiting: `Attempt ${record.attempt} failed, trying again: ${record.error.message}` };
    case 'step.done':
      return { ...working, ...ended, status: record.adopted ? 'adopted' : 'done' };
    case 'step.failed':
      return { ...working, ...ended, status: 'failed', error: record.error };
    case 'step.degraded':
      return {
        ...working,
        ...ended,
        status: 'degraded',
        debt: record.debt,
        ...(record.error === undefined ? {} : { error: record.error }),
      };
    case 'step.skipped':
      return {
        ...working,
        status: 'skipped',
        detail: `Needs the result of "${record.because}"`,
        ...(record.debt === undefined ? {} : { debt: record.debt }),
      };
    case 'step.cancelled':
      return step.startedAt === undefined
        ? { ...working, status: 'cancelled' }
        : { ...working, ...ended, status: 'cancelled' };
    default:
      return record satisfies never;
  }
}

/** A run before its first record. */
export function emptyRun(id: string, journalPath: string): Run {
  return {
    id,
    company: '',
    website: '',
    platform: '',
    tenant: '',
    status: 'planned',
    startedAt: 0,
    steps: [],
    outcomes: [],
    criticalPath: [],
    journalPath,
  };
}
