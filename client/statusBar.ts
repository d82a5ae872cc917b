import * as vscode from 'vscode';
import { COMMANDS } from '../shared/ids.ts';
import { isEnded } from './format.ts';
import type { ServerClient } from './server.ts';
import type { Repository } from './state.ts';
import { renderStatus } from './statusText.ts';

/** The one item: what runs now, or how long the last run took. Ticks only while something runs. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #server: ServerClient;
  readonly #repository: Repository;
  readonly #listeners: { dispose(): void }[];
  #ticker: NodeJS.Timeout | undefined;

  constructor(server: ServerClient, repository: Repository) {
    this.#server = server;
    this.#repository = repository;
    this.#item = vscode.window.createStatusBarItem('greenroom.status', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = 'Greenroom';
    const render = (): void => {
      this.#render();
    };
    this.#listeners = [server.onDidChangeState(render), repository.onDidChange(render)];
    this.#render();
    this.#item.show();
  }

  /** What the item shows now. */
  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    clearInterval(this.#ticker);
    for (const listener of this.#listeners) listener.dispose();
    this.#item.dispose();
  }

  #render(): void {
    const { runs } = this.#repository;
    const readout = renderStatus(this.#server.state, runs, Date.now());
    const tooltip = new vscode.MarkdownString(readout.tooltip, true);
    this.#item.text = readout.text;
    if (!sameMarkdown(this.#item.tooltip, tooltip)) this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: readout.accessibilityLabel };
    this.#item.backgroundColor = readout.dead
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    this.#item.command = readout.dead
      ? COMMANDS.showLog
      : {
          command: COMMANDS.showRun,
          title: 'Show Run',
          arguments: readout.runId ? [{ runId: readout.runId }] : [],
        };
    this.#tick(this.#server.state.kind === 'ready' && runs.some((run) => !isEnded(run)));
  }

  #tick(wanted: boolean): void {
    if (wanted === (this.#ticker !== undefined)) return;
    clearInterval(this.#ticker);
    this.#ticker = wanted
      ? setInterval(() => {
          this.#render();
        }, 1000)
      : undefined;
  }
}

/** A new tooltip object closes an open hover, so an equal one is not written. */
function sameMarkdown(a: unknown, b: vscode.MarkdownString): boolean {
  return a instanceof vscode.MarkdownString && a.value === b.value;
}
