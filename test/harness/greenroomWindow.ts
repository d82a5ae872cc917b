import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVsix, VSIX } from '../../server/setup/vsix.mjs';
import { makeWorkspace } from './extensionHost.ts';
import { vscodeServerFolder } from './vscodeInstall.ts';
import { startVsCodeServer, type VsCodeServer } from './vscodeServer.ts';
import { Workbench } from './workbench.ts';

/** A VS Code window with the packaged extension in it, and a Greenroom of its own behind it. */
export interface GreenroomWindow extends AsyncDisposable {
  workbench: Workbench;
  vscode: VsCodeServer;
  /** Absolute path of the open folder: a copy of `test/fixtures/workspace`. */
  workspace: string;
  /** `GREENROOM_HOME` of this window's server. */
  home: string;
  /** Opens one more window on the same folder; the caller closes it. */
  anotherWindow(): Promise<Workbench>;
}

/**
 * Installs the packaged extension into a fresh VS Code and opens a window. What the window needs (VS Code's
 * server, the package) is made when it is not there, so that one spec can be run by itself.
 */
export async function openGreenroom(
  options: {
    settings?: Record<string, unknown>;
    env?: Record<string, string>;
    workspaceTrust?: boolean;
  } = {},
): Promise<GreenroomWindow> {
  await packageVsix();
  const folder = await mkdtemp(join(tmpdir(), 'w-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const workspace = await makeWorkspace(folder);
  const { env, ...rest } = options;
  const vscode = await startVsCodeServer({
    vscode: await vscodeServerFolder(),
    folder,
    extensions: [VSIX],
    env: { GREENROOM_HOME: home, ...env },
    ...rest,
  });
  const open = async (): Promise<Workbench> => {
    const workbench = await Workbench.open(vscode, { workspace });
    await workbench.ready();
    return workbench;
  };
  try {
    const workbench = await open();
    return {
      workbench,
      vscode,
      workspace,
      home,
      anotherWindow: open,
      async [Symbol.asyncDispose]() {
        await workbench.close();
        await vscode.stop();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    await vscode.stop();
    throw error;
  }
}
