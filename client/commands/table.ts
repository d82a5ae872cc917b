import * as vscode from 'vscode';
import type { CommandName } from '../../shared/ids.ts';
import { COMMANDS } from '../../shared/ids.ts';
import type { App } from '../app.ts';
import { clearApiKey, setApiKey } from './apiKeys.ts';
import { chatWithDemo, openBot, openSandboxDashboard } from './bot.ts';
import { newDemoSpec } from './newDemoSpec.ts';
import { provisionDemo } from './provisionDemo.ts';
import { cancelRun, openReport, settleDebt, showRun } from './runs.ts';
import { runCommand } from './runCommand.ts';
import { scrapeWebsite } from './scrapeWebsite.ts';
import { restartServer, showLog, stopServer } from './server.ts';
import { closeAllSessions, closeSession, copySessionUrl } from './sessions.ts';

/** A command: its title for messages, and what it does. Menus and keybindings pass anything as `argument`. */
interface Command {
  title: string;
  run: (app: App, argument: unknown) => Promise<void>;
}

/** All commands. They exist in every state; each says by itself why it cannot run. */
const TABLE: { readonly [Name in CommandName]: Command } = {
  provisionDemo: { title: 'Provision Demo', run: provisionDemo },
  newDemoSpec: { title: 'New Demo Spec', run: newDemoSpec },
  cancelRun: { title: 'Cancel Run', run: cancelRun },
  openReport: { title: 'Open Report', run: openReport },
  showRun: { title: 'Show Run', run: showRun },
  chatWithDemo: { title: 'Chat With Demo', run: chatWithDemo },
  openBot: { title: 'Open Bot', run: openBot },
  openSandboxDashboard: { title: 'Open Sandbox Dashboard', run: openSandboxDashboard },
  settleDebt: { title: 'Settle by Hand', run: settleDebt },
  scrapeWebsite: { title: 'Scrape Website', run: scrapeWebsite },
  closeSession: { title: 'Close Session', run: closeSession },
  closeAllSessions: { title: 'Close All Sessions', run: closeAllSessions },
  copySessionUrl: { title: 'Copy Session URL', run: copySessionUrl },
  restartServer: { title: 'Restart Server', run: restartServer },
  stopServer: { title: 'Stop Server', run: stopServer },
  showLog: { title: 'Show Log', run: showLog },
  setApiKey: { title: 'Set API Key', run: setApiKey },
  clearApiKey: { title: 'Clear API Key', run: clearApiKey },
};

export function registerCommands(app: App): vscode.Disposable[] {
  return (Object.keys(TABLE) as CommandName[]).map((name) => {
    const { title, run } = TABLE[name];
    return vscode.commands.registerCommand(COMMANDS[name], (argument: unknown) =>
      runCommand(app.output, title, () => run(app, argument)),
    );
  });
}
