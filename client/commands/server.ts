import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import { count, isEnded } from '../format.ts';

/** Running work gets this long to finish before a stop cancels it. */
const STOP_GRACE_MS = 2000;

export async function restartServer(app: App): Promise<void> {
  if (await mayEndRuns(app, 'Restart')) await app.server.restart();
}

export async function stopServer(app: App): Promise<void> {
  const { kind } = app.server.state;
  if (kind === 'idle' || kind === 'stopped' || kind === 'failed') {
    throw new GreenroomError(
      'not-found',
      'This window is not connected to a server.',
      'One that another program started ends with "greenroom stop".',
    );
  }
  if (await mayEndRuns(app, 'Stop')) await app.server.stop(STOP_GRACE_MS);
}

export function showLog(app: App): Promise<void> {
  app.output.show();
  return Promise.resolve();
}

async function mayEndRuns(app: App, verb: 'Restart' | 'Stop'): Promise<boolean> {
  const running = app.repository.runs.filter((run) => !isEnded(run)).length;
  if (running === 0) return true;
  const answer = await vscode.window.showWarningMessage(
    `${verb} the server while ${count(running, 'run')} ${running === 1 ? 'is' : 'are'} going on?`,
    { modal: true, detail: 'What is going on is cancelled.' },
    verb,
  );
  return answer === verb;
}
