import * as vscode from 'vscode';
import { SERVER_SETTINGS, SETTINGS_SECTION } from '../shared/ids.ts';
import type { Settings } from '../shared/protocol.ts';

/** The settings that go with the handshake: those the user set; the server has the defaults of the others. */
export function readServerSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const entries = SERVER_SETTINGS.flatMap((name) => {
    const value = configuration.inspect(name)?.globalValue;
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries) as Settings;
}

/** Folder of all state, or undefined for the default one. */
export function readHome(): string | undefined {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION).get<string>('home')?.trim() || undefined;
}

/** Whether a changed setting takes effect only in a new server. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return [...SERVER_SETTINGS, 'home'].some((name) =>
    event.affectsConfiguration(`${SETTINGS_SECTION}.${name}`),
  );
}
