import * as vscode from 'vscode';
import { GreenroomError } from '../shared/errors.ts';
import { PANELS } from '../shared/ids.ts';
import type { Run } from '../shared/protocol.ts';
import { reportHtml } from './reportHtml.ts';

/** Reports of runs in editor tabs, one tab for each run. */
export class ReportPanels implements vscode.Disposable {
  readonly #icon: vscode.Uri;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(extensionUri: vscode.Uri) {
    this.#icon = vscode.Uri.joinPath(extensionUri, 'client', 'media', 'icon.png');
  }

  async show(run: Run): Promise<void> {
    if (run.reportPath === undefined) {
      throw new GreenroomError(
        'not-found',
        `The run for ${run.company} has no report${run.endedAt === undefined ? ' yet' : ''}.`,
        run.endedAt === undefined ? 'Wait until it has ended.' : 'Provision the demo again.',
      );
    }
    const html = await readReport(run.reportPath);
    const panel = this.#panels.get(run.id) ?? this.#create(run);
    panel.webview.html = reportHtml(html);
    panel.reveal();
  }

  dispose(): void {
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #create(run: Run): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      PANELS.report,
      `Report: ${run.company}`,
      vscode.ViewColumn.Active,
      { enableScripts: false, enableFindWidget: true, localResourceRoots: [] },
    );
    panel.iconPath = this.#icon;
    panel.onDidDispose(() => this.#panels.delete(run.id));
    this.#panels.set(run.id, panel);
    return panel;
  }
}

async function readReport(path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(path)));
  } catch (error) {
    throw new GreenroomError('not-found', `The report ${path} cannot be read.`, 'Provision the demo again.', {
      cause: error,
    });
  }
}
