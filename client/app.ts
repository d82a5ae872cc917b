import * as vscode from 'vscode';
import { COMMANDS, CONTEXT_KEYS } from '../shared/ids.ts';
import { ChatPanels } from './chat/chatPanels.ts';
import { registerCommands } from './commands/table.ts';
import { ContextKeys } from './contextKeys.ts';
import { createOutput } from './output.ts';
import { Redactor } from './redact.ts';
import { ReportPanels } from './reportPanels.ts';
import { RunWatcher } from './runWatcher.ts';
import { ApiKeys } from './secrets.ts';
import { ServerClient } from './server.ts';
import { needsRestart, readHome, readServerSettings } from './settings.ts';
import { Repository } from './state.ts';
import { StatusBar } from './statusBar.ts';
import { RunsView } from './views/runsView.ts';
import { SessionsView } from './views/sessionsView.ts';

/** Everything the commands work with. */
export interface App {
  context: vscode.ExtensionContext;
  output: vscode.LogOutputChannel;
  redactor: Redactor;
  repository: Repository;
  server: ServerClient;
  apiKeys: ApiKeys;
  statusBar: StatusBar;
  sessionsView: SessionsView;
  runsView: RunsView;
  chats: ChatPanels;
  reports: ReportPanels;
  watcher: RunWatcher;
  /** Whose share of the browser this window uses. */
  tenant: string;
}

/** Builds the parts and registers them. Nothing here reads, writes or starts anything. */
export function createApp(context: vscode.ExtensionContext): App {
  const redactor = new Redactor();
  const output = createOutput(redactor);
  const repository = new Repository();
  const version = String((context.extension.packageJSON as { version: unknown }).version);
  const tenant = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? 'vscode';
  const server = new ServerClient({
    repository,
    log: output,
    open: async (events) => {
      // A bundle of its own, with the language client in it: read at first use, never at activation.
      const { openConnection } = await import('./connection.ts');
      return openConnection(
        {
          serverModule: context.asAbsolutePath('dist/server.mjs'),
          version,
          tenant,
          home: readHome(),
          settings: readServerSettings(),
          output,
          redactor,
        },
        events,
      );
    },
  });
  const firstUse = (): void => {
    if (server.state.kind !== 'idle') return;
    server.ensureReady().catch((error: unknown) => {
      output.error(error instanceof Error ? error : String(error));
    });
  };
  const app: App = {
    context,
    output,
    redactor,
    repository,
    server,
    tenant,
    apiKeys: new ApiKeys(context.secrets, redactor),
    statusBar: new StatusBar(server, repository),
    sessionsView: new SessionsView(repository, firstUse),
    runsView: new RunsView(repository, firstUse),
    chats: new ChatPanels(context.extensionUri, server),
    reports: new ReportPanels(context.extensionUri),
    watcher: new RunWatcher(context.workspaceState, server, repository, output),
  };
  const contextKeys = new ContextKeys();
  contextKeys.set(CONTEXT_KEYS.server, server.state.kind);
  context.subscriptions.push(
    output,
    app.statusBar,
    app.sessionsView,
    app.runsView,
    app.chats,
    app.reports,
    app.watcher,
    server,
    server.onDidChangeState((state) => {
      contextKeys.set(CONTEXT_KEYS.server, state.kind);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (needsRestart(event) && server.state.kind === 'ready') void offerRestart();
    }),
    ...registerCommands(app),
  );
  // A window that was reloaded in the middle of its run picks it up again.
  if (app.watcher.hasUnfinished) setImmediate(firstUse);
  return app;
}

async function offerRestart(): Promise<void> {
  const restart = 'Restart Server';
  const answer = await vscode.window.showInformationMessage(
    'The changed setting takes effect when the Greenroom server starts again.',
    restart,
  );
  if (answer === restart) await vscode.commands.executeCommand(COMMANDS.restartServer);
}
