import * as vscode from 'vscode';
import { toErrorData } from '../shared/errors.ts';
import { COMMANDS } from '../shared/ids.ts';
import type { Run } from '../shared/protocol.ts';
import { isEnded, progressText, summarize } from './format.ts';
import type { ServerClient, ServerLog } from './server.ts';
import type { Repository } from './state.ts';

const WATCHED = 'greenroom.watchedRuns';

/**
 * Remembers the runs this window started and tells their user once how each ended, also when the window was
 * reloaded meanwhile.
 */
export class RunWatcher implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #server: ServerClient;
  readonly #repository: Repository;
  readonly #log: ServerLog;
  readonly #listeners: { dispose(): void }[];

  constructor(memento: vscode.Memento, server: ServerClient, repository: Repository, log: ServerLog) {
    this.#memento = memento;
    this.#server = server;
    this.#repository = repository;
    this.#log = log;
    this.#listeners = [
      repository.onDidChange(() => {
        for (const id of this.#watched) {
          const run = repository.run(id);
          if (run && isEnded(run)) void this.#ended(run);
        }
      }),
      server.onDidChangeState(({ kind }) => {
        if (kind === 'ready') for (const id of this.#watched) void this.#find(id);
      }),
    ];
  }

  get hasUnfinished(): boolean {
    return this.#watched.length > 0;
  }

  /** Shows the progress of a run, with a way to cancel it, until it ends or its server is gone. */
  async follow(runId: string): Promise<void> {
    await this.#memento.update(WATCHED, [...this.#watched, runId]);
    void this.#find(runId);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Greenroom', cancellable: true },
      (progress, token) =>
        new Promise<void>((resolve) => {
          const look = (): void => {
            const run = this.#repository.run(runId);
            const { kind } = this.#server.state;
            const over = run ? isEnded(run) : !this.#watched.includes(runId);
            if (over || kind === 'failed' || kind === 'stopped') {
              for (const listener of listeners) listener.dispose();
              resolve();
            } else if (run) {
              progress.report({ message: `Provision ${run.company}: ${progressText(run)}` });
            }
          };
          const listeners = [
            this.#repository.onDidChange(look),
            this.#server.onDidChangeState(look),
            token.onCancellationRequested(() => {
              void vscode.commands.executeCommand(COMMANDS.cancelRun, { runId });
            }),
          ];
          look();
        }),
    );
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  get #watched(): readonly string[] {
    return this.#memento.get<string[]>(WATCHED, []);
  }

  /** The snapshot holds the newest runs only, so an older one is asked for. */
  async #find(runId: string): Promise<void> {
    if (this.#repository.run(runId)) return;
    try {
      const run = await this.#server.request('run/get', { runId });
      if (isEnded(run)) await this.#ended(run);
    } catch (error) {
      const { code, message } = toErrorData(error);
      this.#log.warn(`Cannot find run ${runId}: ${message}`);
      if (code === 'not-found') this.#forget(runId);
    }
  }

  #forget(runId: string): boolean {
    const watched = this.#watched;
    if (!watched.includes(runId)) return false;
    void this.#memento.update(
      WATCHED,
      watched.filter((id) => id !== runId),
    );
    return true;
  }

  /** Tells the end once. Its report is written just after it, so the last word of the server is waited for. */
  async #ended(run: Run): Promise<void> {
    if (!this.#forget(run.id)) return;
    const last = await this.#server.request('run/wait', { runId: run.id }).catch(() => run);
    this.#log.info(summarize(last));
    void tell(last);
  }
}

interface Choice extends vscode.MessageItem {
  command: string;
}

/** One notification at the end; a cancelled run needs none, its user knows. */
async function tell(run: Run): Promise<void> {
  if (run.status === 'cancelled') return;
  const report: Choice = { title: 'Open Report', command: COMMANDS.openReport };
  const chat: Choice = { title: 'Chat', command: COMMANDS.chatWithDemo };
  const log: Choice = { title: 'Show Log', command: COMMANDS.showLog };
  const reports = run.reportPath === undefined ? [] : [report];
  const answer =
    run.status === 'failed'
      ? await vscode.window.showErrorMessage(summarize(run), ...reports, log)
      : await vscode.window.showInformationMessage(summarize(run), ...reports, chat);
  if (answer) await vscode.commands.executeCommand(answer.command, { runId: run.id });
}
