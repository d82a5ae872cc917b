import type { Run, RunStep } from '../shared/protocol.ts';
import { formatDuration } from '../shared/timing.ts';

/** How long ago, coarse enough that a row changes at most once a minute. */
export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'under 1 min';
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours)} h`;
  return `${String(Math.floor(hours / 24))} days`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}

/** Text that a Markdown renderer shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** Text whose paths may be broken over lines: a narrow view would cut them off. */
export function breakable(text: string): string {
  return text.replace(/[/\\]/g, '$&\u200b');
}

export function isEnded(run: Run): boolean {
  return run.endedAt !== undefined;
}

export function runMs(run: Run, now: number): number {
  return (run.endedAt ?? now) - run.startedAt;
}

export function debtsOf(run: Run): RunStep[] {
  return run.steps.filter((step) => step.debt !== undefined);
}

/** The step to name when only one fits: the running one that started first; those that work before those that wait. */
export function currentStep(run: Run): RunStep | undefined {
  return run.steps
    .filter((step) => step.status === 'running')
    .sort(
      (a, b) =>
        Number(a.waiting !== undefined) - Number(b.waiting !== undefined) ||
        (a.startedAt ?? 0) - (b.startedAt ?? 0),
    )[0];
}

/** The slowest steps that ended, slowest first. */
export function slowestSteps(run: Run, limit: number): RunStep[] {
  return run.steps
    .filter((step) => step.ms !== undefined && step.ms > 0)
    .sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
    .slice(0, limit);
}

/** One line for a run that has ended: "Demo ready: Acme Corp in 38 s, 1 thing to do by hand". */
export function summarize(run: Run): string {
  const time = formatDuration(runMs(run, run.endedAt ?? run.startedAt));
  switch (run.status) {
    case 'ready':
      return `Demo ready: ${run.company} in ${time}`;
    case 'ready-with-debts':
      return `Demo ready: ${run.company} in ${time}, ${count(debtsOf(run).length, 'thing')} to do by hand`;
    case 'failed':
      return `Demo failed: ${run.company} after ${time}. ${run.error?.message ?? ''} ${run.error?.next ?? ''}`.trim();
    case 'cancelled':
      return `Cancelled: ${run.company} after ${time}`;
    case 'planned':
    case 'running':
      return `Provision ${run.company} is running`;
  }
}

/** What a running run is doing: "Import actions, 2 of 5". */
export function progressText(run: Run): string {
  const step = currentStep(run);
  if (!step) return 'starting';
  const fact = step.waiting ? `waiting for ${step.waiting}` : step.detail;
  return fact ? `${step.title}: ${fact}` : step.title;
}
