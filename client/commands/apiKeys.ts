import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import { PLATFORMS } from '../../shared/ids.ts';
import type { PlatformChoice } from '../../shared/ids.ts';
import type { App } from '../app.ts';
import { idIn } from './argument.ts';
import { apiKeyProblem } from './inputs.ts';

export async function setApiKey(app: App, argument: unknown): Promise<void> {
  const platform = await pickPlatform(argument, 'Which platform is the key for?');
  const key = await vscode.window.showInputBox({
    title: `API Key of ${platform.label}`,
    prompt: "Kept in this editor's secret storage, never in a file or a log",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? undefined : apiKeyProblem(text)),
  });
  if (!key?.trim()) throw new vscode.CancellationError();
  await app.apiKeys.set(platform.id, key.trim());
  vscode.window.setStatusBarMessage(`$(key) API key of ${platform.label} kept`, 5000);
}

export async function clearApiKey(app: App, argument: unknown): Promise<void> {
  const platform = await pickPlatform(argument, 'Which key should be forgotten?');
  if (!(await app.apiKeys.clear(platform.id))) {
    throw new GreenroomError(
      'not-found',
      `No API key of ${platform.label} is kept.`,
      '"Greenroom: Set API Key" keeps one.',
    );
  }
  vscode.window.setStatusBarMessage(`$(key) API key of ${platform.label} forgotten`, 5000);
}

async function pickPlatform(argument: unknown, placeHolder: string): Promise<PlatformChoice> {
  const wanted = idIn(argument, 'platform');
  const named = PLATFORMS.find(({ id }) => id === wanted);
  if (named) return named;
  const [only] = PLATFORMS;
  if (PLATFORMS.length === 1) return only;
  const picked = await vscode.window.showQuickPick(
    PLATFORMS.map((platform) => ({ label: platform.label, detail: platform.detail, platform })),
    { placeHolder },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.platform;
}
