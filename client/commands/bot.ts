import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import { pickRun } from './pickRun.ts';

const PROVISION_FIRST = 'Start with "Greenroom: Provision Demo".';

export async function chatWithDemo(app: App, argument: unknown): Promise<void> {
  const run = await pickRun(app, argument, {
    fits: ({ status }) => status === 'ready' || status === 'ready-with-debts',
    placeHolder: 'Which demo do you want to talk to?',
    none: 'No demo is ready to talk to.',
    next: PROVISION_FIRST,
  });
  if (run.status !== 'ready' && run.status !== 'ready-with-debts') {
    throw new GreenroomError(
      'not-found',
      `The demo for ${run.company} is ${run.status}, so there is no bot to talk to.`,
      run.endedAt === undefined ? 'Wait until it is ready.' : PROVISION_FIRST,
    );
  }
  await app.chats.show(run);
}

export async function openBot(app: App, argument: unknown): Promise<void> {
  const run = await pickRun(app, argument, {
    fits: ({ botUrl }) => botUrl !== undefined,
    placeHolder: 'Whose bot?',
    none: 'There is no bot yet.',
    next: PROVISION_FIRST,
  });
  if (run.botUrl === undefined) {
    throw new GreenroomError('not-found', `The run for ${run.company} made no bot.`, PROVISION_FIRST);
  }
  await vscode.env.openExternal(vscode.Uri.parse(await addressFor(app, run.platform, run.botUrl), true));
}

/** The sandbox's pages want a log-in that only the server can do; its address may have changed since the run. */
async function addressFor(app: App, platform: string, botUrl: string): Promise<string> {
  if (platform !== 'sandbox') return botUrl;
  return (await app.server.request('sandbox/dashboard', { path: new URL(botUrl).pathname })).url;
}

export async function openSandboxDashboard(app: App): Promise<void> {
  const { url } = await app.server.request('sandbox/dashboard', {});
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
