import type { Outcome, RunStep } from '../../shared/protocol.ts';

/** One line a person takes away for each step that has a subject, in plan order. */
export function outcomesOf(steps: readonly RunStep[], subjects: ReadonlyMap<string, string>): Outcome[] {
  return steps.flatMap((step): Outcome[] => {
    const subject =
      subjects.get(step.id) ?? (step.status === 'failed' || step.debt !== undefined ? step.title : undefined);
    return subject === undefined ? [] : [outcomeOf(subject, step)];
  });
}

function outcomeOf(subject: string, step: RunStep): Outcome {
  switch (step.status) {
    case 'done':
    case 'adopted':
      return { subject, status: 'ok', text: step.detail ?? 'done' };
    case 'degraded':
      return { subject, status: 'degraded', text: step.debt?.cause ?? step.detail ?? 'not complete' };
    case 'failed':
      return { subject, status: 'failed', text: step.error?.message ?? 'failed' };
    case 'pending':
    case 'running':
    case 'skipped':
    case 'cancelled':
      return { subject, status: 'skipped', text: step.debt?.cause ?? step.detail ?? 'not done' };
    default:
      return step.status satisfies never;
  }
}
