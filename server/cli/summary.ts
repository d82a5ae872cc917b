import { pathToFileURL } from 'node:url';
import type { Outcome, Run } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import type { Paint } from './paint.ts';

/** The closing lines of a run: its verdict, each outcome, what is left to do, where the report is. */
export function renderSummary(run: Run, paint: Paint): string {
  const took = formatDuration((run.endedAt ?? run.startedAt) - run.startedAt);
  const debts = run.steps.flatMap((step) =>
    step.debt === undefined ? [] : [{ title: step.title, debt: step.debt }],
  );
  const lines = ['', `${verdict(run, paint)} ${paint.dim(`in ${took}`)}`, ''];
  for (const outcome of run.outcomes) {
    lines.push(`  ${outcomeMark(outcome, paint)} ${outcome.subject.padEnd(21)} ${outcome.text}`);
  }
  if (run.error !== undefined) lines.push('', `  ${run.error.message}`, `  ${run.error.next}`);
  if (debts.length > 0) lines.push('', paint.bold('Left to do by hand'));
  for (const { title, debt } of debts) {
    lines.push(`  ${paint.yellow('!')} ${title}: ${debt.consequence}`, `    ${debt.remedy}`);
    if (debt.file !== undefined) lines.push(`    File: ${debt.file}`);
    if (debt.url !== undefined) lines.push(`    ${debt.url}`);
  }
  lines.push('');
  if (run.botUrl !== undefined) lines.push(`  Bot     ${run.botUrl}`);
  if (run.botUrl !== undefined && run.platform === 'sandbox') {
    lines.push(
      paint.dim(`          log in with: npx greenroom dashboard ${run.botUrl.replace(/^.*\//, '')}`),
    );
  }
  if (run.reportPath !== undefined) lines.push(`  Report  ${pathToFileURL(run.reportPath).href}`);
  if (run.reportJsonPath !== undefined) lines.push(`  JSON    ${run.reportJsonPath}`);
  return lines.join('\n');
}

function verdict(run: Run, paint: Paint): string {
  switch (run.status) {
    case 'ready':
      return paint.green(paint.bold(`Demo ready: ${run.company}`));
    case 'ready-with-debts':
      return paint.yellow(paint.bold(`Demo ready, with things left to do: ${run.company}`));
    case 'failed':
      return paint.red(paint.bold(`Demo not ready: ${run.company}`));
    case 'cancelled':
      return paint.yellow(paint.bold(`Cancelled: ${run.company}`));
    case 'planned':
    case 'running':
      return paint.bold(`Still running: ${run.company}`);
    default:
      return run.status satisfies never;
  }
}

function outcomeMark({ status }: Outcome, paint: Paint): string {
  switch (status) {
    case 'ok':
      return paint.green('✔');
    case 'degraded':
      return paint.yellow('!');
    case 'failed':
      return paint.red('✘');
    case 'skipped':
      return paint.dim('–');
    default:
      return status satisfies never;
  }
}
