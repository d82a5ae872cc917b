import type { Run, RunStep } from '../../../shared/protocol.ts';
import { formatDuration, gradeDuration } from '../../../shared/timing.ts';
import { escapeHtml } from './escape.ts';

const ROW = 26;
const LABEL = 230;
const PLOT = 620;
const TAIL = 90;
const AXIS = 24;

/** The steps of a run on a time axis, as SVG; bars on the deciding path are outlined and joined. */
export function renderWaterfall(run: Run): string {
  const steps = run.steps
    .filter((step) => step.startedAt !== undefined)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  if (steps.length === 0) return '<p>No step was started.</p>';
  const total = Math.max(1, (run.endedAt ?? run.startedAt) - run.startedAt);
  const x = (at: number): number => LABEL + (Math.max(0, at - run.startedAt) / total) * PLOT;
  const rows = steps.map((step, index) => renderRow(step, index, run, x));
  const height = AXIS + steps.length * ROW + 8;
  const width = LABEL + PLOT + TAIL;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Waterfall of ${steps.length} steps over ${formatDuration(total)}">
${renderAxis(total, height)}
${rows.join('\n')}
</svg>`;
}

function renderRow(step: RunStep, index: number, run: Run, x: (at: number) => number): string {
  const start = step.startedAt ?? run.startedAt;
  const end = step.endedAt ?? run.endedAt ?? start;
  const y = AXIS + index * ROW;
  const left = x(start);
  const width = Math.max(2, x(end) - left);
  const ms = end - start;
  const deciding = run.criticalPath.includes(step.id) ? ' deciding' : '';
  const title = `${step.title}: ${formatDuration(ms)}, starts at ${formatDuration(start - run.startedAt)}${step.attempts > 1 ? `, ${step.attempts} attempts` : ''}`;
  return `<g><title>${escapeHtml(title)}</title>
<text class="label" x="${LABEL - 10}" y="${y + 17}" text-anchor="end">${escapeHtml(step.title)}</text>
<rect class="bar ${barClass(step, ms)}${deciding}" x="${left.toFixed(1)}" y="${y + 5}" width="${width.toFixed(1)}" height="${ROW - 10}" rx="3"/>
<text class="time" x="${(left + width + 6).toFixed(1)}" y="${y + 17}">${formatDuration(ms)}</text></g>`;
}

function barClass(step: RunStep, ms: number): string {
  if (step.status === 'failed') return 'failed';
  if (step.status === 'cancelled') return 'cancelled';
  return gradeDuration(ms);
}

/** At most eight round steps of time. */
function renderAxis(total: number, height: number): string {
  const step =
    [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000].find((ms) => total / ms <= 8) ?? 120_000;
  const ticks: string[] = [];
  for (let at = 0; at <= total; at += step) {
    const x = (LABEL + (at / total) * PLOT).toFixed(1);
    ticks.push(
      `<line class="tick" x1="${x}" x2="${x}" y1="${AXIS - 4}" y2="${height - 4}"/><text class="axis" x="${x}" y="14" text-anchor="middle">${at < 1_000 && at > 0 ? `${at} ms` : `${at / 1_000} s`}</text>`,
    );
  }
  return ticks.join('');
}
