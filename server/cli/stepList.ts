import { createLogUpdate } from 'log-update';
import type { Run, RunStep } from '../../shared/protocol.ts';
import { formatDuration, gradeDuration } from '../../shared/timing.ts';
import type { Paint } from './paint.ts';

/** Shows a run while it goes on. */
export interface StepList {
  update(run: Run): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

const REDRAW_MS = 100;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A list that redraws itself in place, with the time of running steps counting. */
export function createLiveStepList(stream: NodeJS.WriteStream, paint: Paint, now = Date.now): StepList {
  const log = createLogUpdate(stream);
  let shown: Run | undefined;
  let frame = 0;
  const draw = (): void => {
    if (shown === undefined) return;
    frame += 1;
    log(renderRows(shown, paint, now(), FRAMES[frame % FRAMES.length] ?? '·').join('\n'));
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    update: (run) => {
      shown = run;
    },
    end: () => {
      clearInterval(timer);
      draw();
      log.done();
    },
  };
}

/** For a pipe or a log file: one line when a step has ended. */
export function createPlainStepList(write: (line: string) => void, paint: Paint): StepList {
  const printed = new Set<string>();
  return {
    update: (run) => {
      const ended = run.steps.filter((step) => !isOpen(step) && !printed.has(step.id));
      for (const step of ended.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) {
        printed.add(step.id);
        write(renderRow(step, paint, step.endedAt ?? 0, ''));
      }
    },
    end: () => undefined,
  };
}

/** Steps in the order they started, those to come below. */
export function renderRows(run: Run, paint: Paint, now: number, spinner: string): string[] {
  const place = (step: RunStep): number => step.startedAt ?? Number.MAX_SAFE_INTEGER;
  return run.steps
    .toSorted((a, b) => place(a) - place(b))
    .map((step) => renderRow(step, paint, now, spinner));
}

const TITLE_WIDTH = 27;
const TIME_WIDTH = 9;

function renderRow(step: RunStep, paint: Paint, now: number, spinner: string): string {
  const title = step.title.padEnd(TITLE_WIDTH);
  const ms = step.startedAt === undefined ? undefined : (step.endedAt ?? now) - step.startedAt;
  const time = (ms === undefined ? '' : formatDuration(ms)).padStart(TIME_WIDTH);
  const coloured = ms === undefined ? time : paint[gradeDuration(ms)](time);
  const waiting = step.waiting === undefined ? undefined : `waits for ${step.waiting}`;
  const detail = step.debt?.cause ?? step.error?.message ?? waiting ?? step.detail ?? '';
  return `  ${mark(step, paint, spinner)} ${isOpen(step) && ms === undefined ? paint.dim(title) : title} ${coloured}  ${paint.dim(detail)}`.trimEnd();
}

function mark(step: RunStep, paint: Paint, spinner: string): string {
  switch (step.status) {
    case 'pending':
      return paint.dim('○');
    case 'running':
      return paint.bold(spinner);
    case 'done':
    case 'adopted':
      return paint.green('✔');
    case 'degraded':
      return paint.yellow('!');
    case 'failed':
      return paint.red('✘');
    case 'skipped':
    case 'cancelled':
      return paint.dim('–');
    default:
      return step.status satisfies never;
  }
}

function isOpen(step: RunStep): boolean {
  return step.status === 'pending' || step.status === 'running';
}
