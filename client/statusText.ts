import type { Run } from '../shared/protocol.ts';
import { DEFAULT_THRESHOLDS, formatDuration, gradeDuration } from '../shared/timing.ts';
import { count, currentStep, debtsOf, escapeMarkdown, isEnded, runMs, slowestSteps } from './format.ts';
import type { ServerState } from './server.ts';

export interface StatusReadout {
  text: string;
  /** Markdown. */
  tooltip: string;
  accessibilityLabel: string;
  /** The run that a click shows. */
  runId?: string;
  /** The server is dead. */
  dead: boolean;
}

const GRADE_WORDS = { green: 'fast', yellow: 'slow', red: 'very slow' } as const;

/** The status bar item as a function of what is known. */
export function renderStatus(server: ServerState, runs: readonly Run[], now: number): StatusReadout {
  if (server.kind === 'failed') {
    return {
      text: '$(error) Greenroom',
      tooltip: `**Greenroom's server is not running**\n\n${escapeMarkdown(server.error.message)}\n\n${escapeMarkdown(server.error.next)}`,
      accessibilityLabel: `Greenroom: the server is not running. ${server.error.message}`,
      dead: true,
    };
  }
  const running = runs.filter((run) => !isEnded(run));
  const shown = running[0] ?? runs[0];
  if (server.kind === 'ready' && shown)
    return isEnded(shown) ? ended(shown) : busy(shown, running.length, now);
  const [text, sentence] =
    server.kind === 'starting'
      ? ['$(loading~spin) Greenroom', 'The server is starting.']
      : server.kind === 'stopped'
        ? ['Greenroom', `The server is stopped. ${server.reason}`]
        : [
            'Greenroom',
            server.kind === 'ready' ? 'No demo provisioned yet.' : 'The server starts at first use.',
          ];
  return {
    text,
    tooltip: `**Greenroom**\n\n${escapeMarkdown(sentence)}`,
    accessibilityLabel: `Greenroom: ${sentence}`,
    dead: false,
  };
}

function busy(run: Run, running: number, now: number): StatusReadout {
  const step = currentStep(run);
  const title = step?.title ?? 'starting';
  const elapsed = formatSeconds(step?.startedAt === undefined ? runMs(run, now) : now - step.startedAt);
  const others = running > 1 ? ` (+${String(running - 1)})` : '';
  return {
    text: `$(loading~spin) Provision ${run.company}: ${title} ${elapsed}${others}`,
    tooltip: tooltip(run, `${formatSeconds(runMs(run, now))} so far`),
    accessibilityLabel: `Greenroom: provisioning ${run.company}, ${title}`,
    runId: run.id,
    dead: false,
  };
}

const ENDED_ICONS = {
  ready: 'check',
  'ready-with-debts': 'warning',
  failed: 'error',
  cancelled: 'circle-slash',
  planned: 'circle-outline',
  running: 'circle-outline',
} as const satisfies Record<Run['status'], string>;

function ended(run: Run): StatusReadout {
  const time = formatDuration(runMs(run, run.endedAt ?? run.startedAt));
  const debts = debtsOf(run).length;
  const outcome = {
    ready: 'ready',
    'ready-with-debts': `ready, ${count(debts, 'thing')} to do by hand`,
    failed: 'failed',
    cancelled: 'cancelled',
    planned: 'planned',
    running: 'running',
  }[run.status];
  return {
    text: `$(${ENDED_ICONS[run.status]}) ${run.company} ${time}`,
    tooltip: tooltip(run, `${outcome} in ${time}`),
    accessibilityLabel: `Greenroom: ${run.company} ${outcome} in ${time}`,
    runId: run.id,
    dead: false,
  };
}

function tooltip(run: Run, headline: string): string {
  const slowest = slowestSteps(run, 5).map((step) => {
    const ms = step.ms ?? 0;
    const grade = GRADE_WORDS[gradeDuration(ms, DEFAULT_THRESHOLDS)];
    return `| ${escapeMarkdown(step.title)} | ${formatDuration(ms)} | ${grade} |`;
  });
  const table =
    slowest.length === 0 ? '' : `\n\n| Slowest steps | Time | |\n| --- | ---: | --- |\n${slowest.join('\n')}`;
  return `**${escapeMarkdown(run.company)}** · ${escapeMarkdown(headline)}${table}`;
}

/** Whole seconds, so that a ticking readout does not jitter. */
function formatSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${String(seconds)} s` : formatDuration(seconds * 1000);
}
