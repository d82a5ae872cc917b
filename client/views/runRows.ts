import type { Run, RunStatus, RunStep, StepStatus } from '../../shared/protocol.ts';
import type { Grade } from '../../shared/timing.ts';
import { formatDuration, gradeDuration } from '../../shared/timing.ts';
import { count, debtsOf, escapeMarkdown, formatAge, isEnded, progressText, runMs } from '../format.ts';
import type { Row, RowIcon } from './row.ts';

const RUN_ICONS = {
  planned: { id: 'circle-outline' },
  running: { id: 'loading~spin' },
  ready: { id: 'pass-filled', color: 'charts.green' },
  'ready-with-debts': { id: 'warning', color: 'problemsWarningIcon.foreground' },
  failed: { id: 'error', color: 'problemsErrorIcon.foreground' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
} as const satisfies Record<RunStatus, RowIcon>;

const STEP_ICONS = {
  pending: { id: 'circle-outline', color: 'disabledForeground' },
  running: { id: 'loading~spin' },
  done: { id: 'pass' },
  adopted: { id: 'pass' },
  failed: { id: 'error', color: 'problemsErrorIcon.foreground' },
  degraded: { id: 'warning', color: 'problemsWarningIcon.foreground' },
  skipped: { id: 'debug-step-over', color: 'disabledForeground' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
} as const satisfies Record<StepStatus, RowIcon>;

const GRADE_COLORS = {
  green: 'charts.green',
  yellow: 'charts.yellow',
  red: 'charts.red',
} as const satisfies Record<Grade, string>;

export function runRow(run: Run, now: number): Row {
  const fact = runFact(run, now);
  return {
    id: `run:${run.id}`,
    label: run.company,
    description: fact,
    icon: RUN_ICONS[run.status],
    context: runFacets(run),
    children: isEnded(run) ? 'collapsed' : 'expanded',
    accessibilityLabel: `${run.company}, ${run.status}, ${fact}`,
  };
}

function runFact(run: Run, now: number): string {
  if (!isEnded(run)) return progressText(run);
  const debts = debtsOf(run).length;
  const age = `${formatAge(now - run.startedAt)} ago`;
  const outcome = run.status === 'ready-with-debts' ? `${count(debts, 'thing')} to do by hand` : run.status;
  return [formatDuration(runMs(run, now)), run.status === 'ready' ? undefined : outcome, age]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function runFacets(run: Run): string {
  const parts = ['run', isEnded(run) ? 'ended' : 'cancellable'];
  if (run.reportPath !== undefined) parts.push('reported');
  if (run.status === 'ready' || run.status === 'ready-with-debts') parts.push('chattable');
  if (run.botUrl !== undefined) parts.push('bot');
  return parts.join(' ');
}

export function stepRow(run: Run, step: RunStep): Row {
  const fact = stepFact(step);
  const troubled = step.debt !== undefined || step.error !== undefined;
  return {
    // The editor opens rows that are new; one it knows to have no children would stay closed.
    id: `run:${run.id}/step:${step.id}${troubled ? '/troubled' : ''}`,
    label: step.title,
    ...(fact === '' ? {} : { description: fact }),
    icon: stepIcon(step),
    context: `step ${step.status}`,
    children: troubled ? 'expanded' : 'none',
    accessibilityLabel: [step.title, step.status, fact].filter(Boolean).join(', '),
  };
}

/** A finished step wears the colour of its time, any other one that of its state. */
export function stepIcon(step: RunStep): RowIcon {
  const icon: RowIcon = STEP_ICONS[step.status];
  if ((step.status !== 'done' && step.status !== 'adopted') || step.ms === undefined) return icon;
  return { ...icon, color: GRADE_COLORS[gradeDuration(step.ms)] };
}

function stepFact(step: RunStep): string {
  const time = step.ms === undefined || step.status === 'pending' ? undefined : formatDuration(step.ms);
  const waiting = step.waiting === undefined ? undefined : `waiting for ${step.waiting}`;
  return [time, step.status === 'running' ? (waiting ?? step.detail) : step.detail]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/** Why a step failed, below it; for a debt also what to do. */
export function troubleRow(run: Run, step: RunStep): Row | undefined {
  const id = `run:${run.id}/step:${step.id}/trouble`;
  if (step.debt) {
    const { cause, remedy } = step.debt;
    const facets = ['debt', step.debt.file ? 'file' : '', step.debt.url ? 'url' : ''].filter(Boolean);
    return {
      id,
      label: remedy,
      description: cause,
      icon: { id: 'tools', color: 'problemsWarningIcon.foreground' },
      context: facets.join(' '),
      children: 'none',
      accessibilityLabel: `To do by hand: ${remedy} Because: ${cause}`,
    };
  }
  if (!step.error) return undefined;
  return {
    id,
    label: step.error.message,
    description: step.error.next,
    icon: { id: 'info', color: 'problemsErrorIcon.foreground' },
    context: 'reason',
    children: 'none',
    accessibilityLabel: `Reason: ${step.error.message} ${step.error.next}`,
  };
}

export function runTooltip(run: Run, now: number): string {
  const lines = [
    `**${escapeMarkdown(run.company)}**`,
    '',
    `- Website: ${escapeMarkdown(run.website)}`,
    `- Platform: ${escapeMarkdown(run.platform)}`,
    `- ${run.status} · ${formatDuration(runMs(run, now))}`,
  ];
  if (run.error) lines.push(`- ${escapeMarkdown(run.error.message)} ${escapeMarkdown(run.error.next)}`);
  for (const outcome of run.outcomes) {
    lines.push(`- ${escapeMarkdown(outcome.subject)}: ${escapeMarkdown(outcome.text)}`);
  }
  return lines.join('\n');
}

export function stepTooltip(step: RunStep): string {
  const lines = [`**${escapeMarkdown(step.title)}** · ${step.status}`, ''];
  if (step.ms !== undefined) {
    lines.push(`- Took ${formatDuration(step.ms)}, expected about ${formatDuration(step.estimateMs)}`);
  }
  if (step.detail) lines.push(`- ${escapeMarkdown(step.detail)}`);
  if (step.waiting) lines.push(`- Waiting for ${escapeMarkdown(step.waiting)}`);
  if (step.attempts > 1) lines.push(`- ${count(step.attempts, 'attempt')}`);
  lines.push(step.critical ? '- Critical: the run stops if it fails' : '- The run goes on if it fails');
  if (step.error) lines.push(`- ${escapeMarkdown(step.error.message)} ${escapeMarkdown(step.error.next)}`);
  if (step.debt) {
    lines.push(
      `- Cause: ${escapeMarkdown(step.debt.cause)}`,
      `- Consequence: ${escapeMarkdown(step.debt.consequence)}`,
      `- Remedy: ${escapeMarkdown(step.debt.remedy)}`,
    );
  }
  return lines.join('\n');
}
