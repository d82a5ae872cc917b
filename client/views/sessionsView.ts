import * as vscode from 'vscode';
import { VIEWS } from '../../shared/ids.ts';
import type { Session } from '../../shared/protocol.ts';
import { breakable, count } from '../format.ts';
import type { RepositoryChange, Repository } from '../state.ts';
import { sessionRow, sessionTooltip } from './sessionRows.ts';
import { toTreeItem } from './treeItem.ts';

/** A row of the view; one object for each session as long as the view lives. */
export interface SessionNode {
  readonly sessionId: string;
}

const AGES_CHANGE_MS = 60_000;

/** Browser Sessions: what the browser does now, and what waits for it. Holds no data of its own. */
export class SessionsView implements vscode.TreeDataProvider<SessionNode>, vscode.Disposable {
  readonly #repository: Repository;
  readonly #changed = new vscode.EventEmitter<SessionNode | undefined>();
  readonly #nodes = new Map<string, SessionNode>();
  readonly #view: vscode.TreeView<SessionNode>;
  readonly #disposables: { dispose(): void }[];
  readonly onDidChangeTreeData = this.#changed.event;
  #ages: NodeJS.Timeout | undefined;

  constructor(repository: Repository, onFirstUse: () => void) {
    this.#repository = repository;
    this.#view = vscode.window.createTreeView(VIEWS.sessions, { treeDataProvider: this });
    this.#disposables = [
      this.#view,
      this.#changed,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) onFirstUse();
        this.#watchAges();
      }),
      repository.onDidChange((change) => {
        this.#refresh(change);
      }),
      { dispose: () => clearInterval(this.#ages) },
    ];
    if (this.#view.visible) onFirstUse();
  }

  getTreeItem(node: SessionNode): vscode.TreeItem {
    const session = this.#repository.session(node.sessionId);
    return session ? toTreeItem(sessionRow(session, Date.now())) : new vscode.TreeItem('');
  }

  getChildren(node?: SessionNode): SessionNode[] {
    return node ? [] : this.#repository.sessions.map((session) => this.#node(session));
  }

  resolveTreeItem(item: vscode.TreeItem, node: SessionNode): vscode.TreeItem {
    const session = this.#repository.session(node.sessionId);
    if (session) item.tooltip = new vscode.MarkdownString(sessionTooltip(session, Date.now()));
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #node({ id }: Session): SessionNode {
    const node = this.#nodes.get(id) ?? { sessionId: id };
    this.#nodes.set(id, node);
    return node;
  }

  #refresh(change: RepositoryChange): void {
    const { sessions, server } = this.#repository;
    const alive = new Set(sessions.map(({ id }) => id));
    for (const id of this.#nodes.keys()) if (!alive.has(id)) this.#nodes.delete(id);
    if (change.structure) this.#changed.fire(undefined);
    else for (const id of change.sessions) this.#changed.fire(this.#nodes.get(id));
    this.#view.badge =
      sessions.length === 0
        ? undefined
        : { value: sessions.length, tooltip: count(sessions.length, 'browser session') };
    const problem = server?.browser.state === 'broken' ? server.browser.problem : undefined;
    this.#view.message = problem === undefined ? '' : breakable(problem);
    this.#watchAges();
  }

  /** Rows are pushed, except that ages grow by themselves: once a minute, while somebody looks. */
  #watchAges(): void {
    const wanted = this.#view.visible && this.#repository.sessions.length > 0;
    if (wanted === (this.#ages !== undefined)) return;
    clearInterval(this.#ages);
    this.#ages = wanted
      ? setInterval(() => {
          this.#changed.fire(undefined);
        }, AGES_CHANGE_MS)
      : undefined;
  }
}
