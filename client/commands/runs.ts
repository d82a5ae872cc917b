import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import { isEnded } from '../format.ts';
import { idIn } from './argument.ts';
import { pickRun } from './pickRun.ts';

const PROVISION_FIRST = 'Start one with "Greenroom: Provision Demo".';

export async function cancelRun(app: App, argument: unknown): Promise<void> {
  const run = await pickRun(app, argument, {
    fits: (each) => !isEnded(each),
    placeHolder: 'Which run should end?',
    none: 'No run is going on.',
    next: PROVISION_FIRST,
  });
  await app.server.request('run/cancel', { runId: run.id });
}

export async function openReport(app: App, argument: unknown): Promise<void> {
  const run = await pickRun(app, argument, {
    fits: (each) => each.reportPath !== undefined,
    placeHolder: 'Whose report?',
    none: 'There is no report yet: a run makes one when it ends.',
    next: PROVISION_FIRST,
  });
  await app.reports.show(run);
}

/** Shows a run in the Runs view; without one named, the newest. */
export async function showRun(app: App, argument: unknown): Promise<void> {
  await app.server.ensureReady();
  const runId = idIn(argument, 'runId') ?? app.repository.runs[0]?.id;
  if (runId === undefined) {
    await app.runsView.focus();
    return;
  }
  if (!app.repository.run(runId)) {
    throw new GreenroomError('not-found', 'The run is no longer listed.', PROVISION_FIRST);
  }
  await app.runsView.reveal(runId);
}

/** Opens what was made for doing by hand what a step could not do. */
export async function settleDebt(app: App, argument: unknown): Promise<void> {
  const run = await pickRun(app, argument, {
    fits: (each) => each.steps.some(({ debt }) => debt),
    placeHolder: 'Which demo has something left to do?',
    none: 'Nothing is left to do by hand.',
    next: 'That is good news.',
  });
  const stepId = idIn(argument, 'stepId');
  const debts = run.steps.filter(({ debt, id }) => debt && (stepId === undefined || id === stepId));
  const picked =
    debts.length === 1
      ? debts[0]
      : (
          await vscode.window.showQuickPick(
            debts.map((step) => ({ label: step.title, detail: step.debt?.remedy ?? '', step })),
            { placeHolder: 'What do you want to do by hand?' },
          )
        )?.step;
  const debt = picked?.debt;
  if (!debt) return;
  if (debt.file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(debt.file));
  if (debt.url !== undefined) await vscode.env.openExternal(vscode.Uri.parse(debt.url, true));
  void vscode.window.showInformationMessage(`${debt.consequence} ${debt.remedy}`);
}
