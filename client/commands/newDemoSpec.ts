import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { DEMO_SPEC_TEMPLATE } from './demoSpecTemplate.ts';

/** Opens an unsaved demo spec that only needs a name and a website. */
export async function newDemoSpec(_app: App): Promise<void> {
  const uri = await freeUri(vscode.workspace.workspaceFolders?.[0]?.uri);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => {
    edit.insert(new vscode.Position(0, 0), DEMO_SPEC_TEMPLATE);
  });
}

const MAX_TRIES = 100;

/** A name that neither a file nor an open editor has. */
async function freeUri(folder: vscode.Uri | undefined): Promise<vscode.Uri> {
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.path));
  for (let number = 1; number < MAX_TRIES; number += 1) {
    const name = number === 1 ? 'new.demo.yaml' : `new-${String(number)}.demo.yaml`;
    const uri = folder
      ? vscode.Uri.joinPath(folder, name)
      : vscode.Uri.from({ scheme: 'untitled', path: name });
    if (!open.has(uri.path) && !(folder && (await exists(uri)))) return uri.with({ scheme: 'untitled' });
  }
  throw new Error('no free name for a new demo spec');
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
