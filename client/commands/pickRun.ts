import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { Run } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import type { App } from '../app.ts';
import { formatAge, isEnded, progressText, runMs } from '../format.ts';
import { idIn } from './argument.ts';

/**
 * The run a command is about: the one of the row, else the only one that fits, else the one the user picks.
 * Errors: `not-found` with `none` as its message, `cancelled`.
 */
export async function pickRun(
  app: App,
  argument: unknown,
  options: { fits: (run: Run) => boolean; placeHolder: string; none: string; next: string },
): Promise<Run> {
  await app.server.ensureReady();
  const id = idIn(argument, 'runId');
  if (id !== undefined) return app.repository.run(id) ?? app.server.request('run/get', { runId: id });
  const runs = app.repository.runs.filter(options.fits);
  if (runs.length < 2) {
    const [run] = runs;
    if (run) return run;
    throw new GreenroomError('not-found', options.none, options.next);
  }
  const now = Date.now();
  const items = runs.map((run) => ({
    run,
    label: run.company,
    description: isEnded(run) ? `${run.status} in ${formatDuration(runMs(run, now))}` : progressText(run),
    detail: `${run.website} · ${formatAge(now - run.startedAt)} ago`,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: options.placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.run;
}
