import type { ExtensionContext } from 'vscode';
import type { App } from './app.ts';
import { createApp } from './app.ts';

/** What tests in the extension host can see. Not an interface for other extensions. */
export interface GreenroomApi extends Pick<
  App,
  'server' | 'repository' | 'statusBar' | 'apiKeys' | 'sessionsView' | 'runsView'
> {
  /** Processor time that activation took: what else the machine does leaves it alone. */
  readonly activationCpuMs: number;
}

const running: { app?: App } = {};

/** Does no I/O, starts no process and awaits nothing: the first command or opened view does. */
export function activate(context: ExtensionContext): GreenroomApi {
  const begin = process.cpuUsage();
  const app = createApp(context);
  running.app = app;
  const { user, system } = process.cpuUsage(begin);
  return { ...app, activationCpuMs: (user + system) / 1000 };
}

/** Lets go of the connection. The server and its runs go on. */
export async function deactivate(): Promise<void> {
  await running.app?.server.close();
  delete running.app;
}
