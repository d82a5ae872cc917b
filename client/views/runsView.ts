import * as vscode from 'vscode';
import { VIEWS } from '../../shared/ids.ts';
import type { Run, RunStep } from '../../shared/protocol.ts';
import type { Repository, RepositoryChange } from '../state.ts';
import { runRow, runTooltip, stepRow, stepTooltip, troubleRow } from './runRows.ts';
import type { Row } from './row.ts';
import { toTreeItem } from './treeItem.ts';

/** A row: a run, a step of it, or the trouble of a step. One object for each as long as the view lives. */
export interface RunNode {
  readonly runId: string;
  readonly stepId?: string;
  readonly trouble?: true;
}

/** Runs: each with its steps, each step with what went wrong. Holds no data of its own. */
export class RunsView implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #repository: Repository;
  readonly #changed = new vscode.EventEmitter<RunNode | undefined>();
  readonly #nodes = new Map<string, RunNode>();
  readonly #view: vscode.TreeView<RunNode>;
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(repository: Repository, onFirstUse: () => void) {
    this.#repository = repository;
    this.#view = vscode.window.createTreeView(VIEWS.runs, { treeDataProvider: this });
    this.#disposables = [
      this.#view,
      this.#changed,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) onFirstUse();
      }),
      repository.onDidChange((change) => {
        this.#refresh(change);
      }),
    ];
    if (this.#view.visible) onFirstUse();
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const row = this.#row(node);
    return row ? toTreeItem(row) : new vscode.TreeItem('');
  }

  getChildren(node?: RunNode): RunNode[] {
    if (!node) return this.#repository.runs.map(({ id }) => this.#node(id));
    const run = this.#repository.run(node.runId);
    if (!run || node.trouble) return [];
    if (node.stepId === undefined) return run.steps.map((step) => this.#node(run.id, step.id));
    const step = stepOf(run, node);
    return step && (step.debt ?? step.error) ? [this.#node(run.id, step.id, true)] : [];
  }

  getParent(node: RunNode): RunNode | undefined {
    if (node.trouble) return this.#node(node.runId, node.stepId);
    return node.stepId === undefined ? undefined : this.#node(node.runId);
  }

  resolveTreeItem(item: vscode.TreeItem, node: RunNode): vscode.TreeItem {
    const run = this.#repository.run(node.runId);
    const step = run && stepOf(run, node);
    if (step) item.tooltip = new vscode.MarkdownString(stepTooltip(step));
    else if (run) item.tooltip = new vscode.MarkdownString(runTooltip(run, Date.now()));
    return item;
  }

  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEWS.runs}.focus`);
  }

  /** Shows the view with the run opened. */
  async reveal(runId: string): Promise<void> {
    await this.focus();
    await this.#view.reveal(this.#node(runId), { select: true, focus: true, expand: true });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #row(node: RunNode): Row | undefined {
    const run = this.#repository.run(node.runId);
    if (!run) return undefined;
    if (node.stepId === undefined) return runRow(run, Date.now());
    const step = stepOf(run, node);
    if (!step) return undefined;
    return node.trouble ? troubleRow(run, step) : stepRow(run, step);
  }

  #node(runId: string, stepId?: string, trouble?: true): RunNode {
    const key = [runId, stepId, trouble].join('/');
    const node = this.#nodes.get(key) ?? {
      runId,
      ...(stepId === undefined ? {} : { stepId }),
      ...(trouble === undefined ? {} : { trouble }),
    };
    this.#nodes.set(key, node);
    return node;
  }

  #refresh(change: RepositoryChange): void {
    if (!change.structure) {
      for (const id of change.runs) this.#changed.fire(this.#node(id));
      return;
    }
    for (const [key, { runId }] of this.#nodes) if (!this.#repository.run(runId)) this.#nodes.delete(key);
    this.#changed.fire(undefined);
  }
}

function stepOf(run: Run, node: RunNode): RunStep | undefined {
  return run.steps.find(({ id }) => id === node.stepId);
}
