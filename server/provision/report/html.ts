import type { Debt, Outcome, Run, RunStep } from '../../../shared/protocol.ts';
import { formatDuration, gradeDuration } from '../../../shared/timing.ts';
import { escapeHtml } from './escape.ts';
import { REPORT_STYLE } from './style.ts';
import { renderWaterfall } from './waterfall.ts';

const VERDICTS = {
  planned: 'Not started',
  running: 'Running',
  ready: 'Demo ready',
  'ready-with-debts': 'Demo ready, with things left to do',
  failed: 'Demo not ready',
  cancelled: 'Cancelled',
} as const satisfies Record<Run['status'], string>;

/** The report of a run: one HTML file without script or anything from elsewhere. */
export function renderReport(run: Run): string {
  const ms = (run.endedAt ?? run.startedAt) - run.startedAt;
  const debts = run.steps.flatMap((step) => (step.debt === undefined ? [] : [{ step, debt: step.debt }]));
  const deciding = run.steps.filter(
    (step) => run.criticalPath.includes(step.id) && step.startedAt !== undefined,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(run.company)}: ${VERDICTS[run.status]}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<p class="kicker">Greenroom report</p>
<h1>${escapeHtml(run.company)}</h1>
<p class="verdict ${run.status}">${VERDICTS[run.status]} <span>in ${formatDuration(ms)}</span></p>
<p class="facts">${link(run.website)} · ${escapeHtml(run.platform)} · ${new Date(run.startedAt).toUTCString()}${run.botUrl === undefined ? '' : ` · ${link(run.botUrl, 'open the bot')}`}</p>
</header>
${run.error === undefined ? '' : `<section class="problem"><h2>Why it stopped</h2><p>${escapeHtml(run.error.message)}</p><p><strong>What to do:</strong> ${escapeHtml(run.error.next)}</p></section>`}
<section><h2>Outcome</h2><ul class="outcomes">${run.outcomes.map(renderOutcome).join('')}</ul></section>
${debts.length === 0 ? '' : `<section><h2>Left to do by hand</h2>${debts.map(({ step, debt }) => renderDebt(step, debt)).join('')}</section>`}
<section><h2>Where the time went</h2>
<div class="waterfall">${renderWaterfall(run)}</div>
<p class="legend"><span class="key green"></span>under 0.5 s <span class="key yellow"></span>under 2 s <span class="key red"></span>2 s and more <span class="key deciding"></span>on the critical path</p>
${deciding.length === 0 ? '' : `<p>Critical path: ${deciding.map((step) => `${escapeHtml(step.title)} (${formatDuration(step.ms ?? 0)})`).join(' → ')}. Only a faster step on it makes the whole run faster.</p>`}
</section>
<section><h2>Steps</h2><div class="scroll"><table>
<thead><tr><th>Step</th><th>Result</th><th class="number">Time</th><th class="number">Attempts</th><th>Detail</th></tr></thead>
<tbody>${run.steps.map(renderStep).join('')}</tbody></table></div></section>
<footer><p>Run ${escapeHtml(run.id)} · journal: <code>${escapeHtml(run.journalPath)}</code></p></footer>
</body>
</html>
`;
}

function renderOutcome({ subject, status, text }: Outcome): string {
  return `<li class="${status}"><span class="mark" aria-label="${status}">${MARKS[status]}</span><strong>${escapeHtml(subject)}</strong><span>${escapeHtml(text)}</span></li>`;
}

const MARKS = { ok: '✓', degraded: '!', failed: '✗', skipped: '–' } as const satisfies Record<
  Outcome['status'],
  string
>;

function renderDebt(step: RunStep, debt: Debt): string {
  const file = debt.file === undefined ? '' : `<dt>File</dt><dd><code>${escapeHtml(debt.file)}</code></dd>`;
  const url = debt.url === undefined ? '' : `<dt>Where</dt><dd>${link(debt.url)}</dd>`;
  return `<article class="debt"><h3>${escapeHtml(step.title)}</h3><dl><dt>Why</dt><dd>${escapeHtml(debt.cause)}</dd><dt>Effect</dt><dd>${escapeHtml(debt.consequence)}</dd><dt>To do</dt><dd>${escapeHtml(debt.remedy)}</dd>${file}${url}</dl></article>`;
}

function renderStep(step: RunStep): string {
  const time =
    step.ms === undefined
      ? ''
      : `<span class="pill ${gradeDuration(step.ms)}">${formatDuration(step.ms)}</span>`;
  const detail = step.error?.message ?? step.detail ?? '';
  return `<tr><td>${escapeHtml(step.title)}${step.critical ? ' <span class="critical" title="Its failure stops the run">critical</span>' : ''}</td><td class="${step.status}">${step.status}</td><td class="number">${time}</td><td class="number">${step.attempts === 0 ? '' : step.attempts}</td><td>${escapeHtml(detail)}</td></tr>`;
}

/** A link for http addresses; anything else stays text. */
function link(url: string, text = url): string {
  return /^https?:\/\//i.test(url) ? `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>` : escapeHtml(url);
}
