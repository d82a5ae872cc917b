import * as vscode from 'vscode';

/** Context keys for `when` clauses, written only when they change. */
export class ContextKeys {
  readonly #written = new Map<string, string | boolean>();

  set(key: string, value: string | boolean): void {
    if (this.#written.get(key) === value) return;
    this.#written.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
