import type { ExtensionContext } from 'vscode';
import type { App } from './app.ts';
import { createApp } from './app.ts';

/** What tests in the extension host can see. Not an interface for other extensions. */
export type GreenroomApi = Pick<
  App,
  'server' | 'repository' | 'statusBar' | 'apiKeys' | 'sessionsView' | 'runsView'
>;

interface Running {
  app?: App;
}

const running: Running = {};

/** Does no I/O, starts no process and awaits nothing: the first command or opened view does. */
export function activate(context: ExtensionContext): GreenroomApi {
  const app = createApp(context);
  running.app = app;
  return app;
}

/** Lets go of the connection. The server and its runs go on. */
export async function deactivate(): Promise<void> {
  await running.app?.server.close();
  delete running.app;
}
