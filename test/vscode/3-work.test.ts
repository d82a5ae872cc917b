import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { serveSample } from '../../server/sample/serve.ts';
import type { SampleSite } from '../../server/sample/serve.ts';
import { COMMANDS } from '../../shared/ids.ts';
import { api, eventually, runWhere, stateOf } from './support.ts';

const RUN_TIMEOUT_MS = 150_000;

describe('work', function () {
  this.timeout(RUN_TIMEOUT_MS);
  let site: SampleSite;

  before(async () => {
    site = await serveSample(`${extensionRoot()}/server/sample/site`);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await site.stop();
  });

  async function openSpec(company: string, more = ''): Promise<void> {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse(`untitled:${company}.demo.yaml`),
    );
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), `company: ${company}\nwebsite: ${site.url}\n${more}`);
    });
  }

  it('scrapes a page into a Markdown editor', async () => {
    await vscode.commands.executeCommand(COMMANDS.scrapeWebsite, site.url);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'markdown');
    const text = document.getText();
    assert.match(text, /^---\ntitle: ".+"\nurl: "http:/);
    assert.match(text, /Breakwater Blend/);
  });

  it('provisions the demo of the active spec, and shows every step as it goes', async () => {
    await openSpec('Harbor Lane Coffee', 'knowledge: { maxPages: 4 }\nconversations: { count: 2 }\n');
    await vscode.commands.executeCommand(COMMANDS.provisionDemo);
    const { repository, statusBar } = await api();
    await eventually('the status bar to show the run', [repository.onDidChange], () =>
      statusBar.text.startsWith('$(loading~spin) Provision Harbor Lane Coffee:'),
    );
    const done = await runWhere(
      'the end',
      ({ company, endedAt }) => company === 'Harbor Lane Coffee' && endedAt !== undefined,
    );
    assert.ok(done.status === 'ready' || done.status === 'ready-with-debts', JSON.stringify(done.error));
    assert.ok(done.steps.length > 5 && done.steps.every(({ status }) => status !== 'running'));
    assert.match(statusBar.text, /^\$\((check|warning)\) Harbor Lane Coffee /);
    const { reportPath } = await runWhere(
      'its report',
      (run) => run.id === done.id && run.reportPath !== undefined,
    );
    assert.match(readFileSync(reportPath ?? '', 'utf8'), /Harbor Lane Coffee/);
  });

  it('opens the report of the run, shows the run, and opens a conversation with its bot', async () => {
    const run = await runWhere('a ready run', ({ status }) => status.startsWith('ready'));
    await vscode.commands.executeCommand(COMMANDS.openReport, { runId: run.id });
    await vscode.commands.executeCommand(COMMANDS.showRun, { runId: run.id });
    await vscode.commands.executeCommand(COMMANDS.chatWithDemo, { runId: run.id });
    for (const label of [`Report: ${run.company}`, `Chat: ${run.company}`]) {
      await eventually(label, [vscode.window.tabGroups.onDidChangeTabs], () =>
        vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label === label)),
      );
    }
  });

  it('cancels a run at once, with every session closed', async () => {
    await openSpec('Cancelled Inc');
    await vscode.commands.executeCommand(COMMANDS.provisionDemo);
    const run = await runWhere(
      'the run',
      ({ company, steps }) => company === 'Cancelled Inc' && steps.some(({ status }) => status === 'running'),
    );
    await vscode.commands.executeCommand(COMMANDS.cancelRun, { runId: run.id });
    const ended = await runWhere('the end', ({ id, endedAt }) => id === run.id && endedAt !== undefined);
    assert.equal(ended.status, 'cancelled');
    const { repository } = await api();
    await eventually('no session of it', [repository.onDidChange], () =>
      repository.sessions.every(({ owner }) => owner !== run.id),
    );
  });

  it('says that a run broke off when the server was killed, and provisions again', async () => {
    const { server, repository } = await api();
    await openSpec('Killed Ltd', 'knowledge: { maxPages: 2 }\nconversations: { count: 0 }\n');
    await vscode.commands.executeCommand(COMMANDS.provisionDemo);
    await runWhere(
      'the run',
      ({ company, steps }) => company === 'Killed Ltd' && steps.some(({ status }) => status === 'running'),
    );
    const before = await stateOf('ready');
    assert.ok(before.kind === 'ready');
    process.kill(before.identity.pid, 'SIGKILL');
    await eventually(
      'a new server',
      [server.onDidChangeState],
      () => server.state.kind === 'ready' && server.state.identity.pid !== before.identity.pid,
    );
    const broken = await eventually('the broken run', [repository.onDidChange], () =>
      repository.runs.find(({ company }) => company === 'Killed Ltd'),
    );
    assert.equal(broken.status, 'failed');
    assert.ok(broken.error?.next);
    await vscode.commands.executeCommand(COMMANDS.provisionDemo);
    const again = await runWhere(
      'another end',
      ({ company, id, endedAt }) => company === 'Killed Ltd' && id !== broken.id && endedAt !== undefined,
    );
    assert.ok(again.status.startsWith('ready'), JSON.stringify(again.error));
  });

  it('refuses a spec that is wrong with a sentence, and starts nothing', async () => {
    const { repository } = await api();
    const runs = repository.runs.length;
    await openSpec('Wrong', 'nonsense: true\n');
    await vscode.commands.executeCommand(COMMANDS.provisionDemo);
    assert.equal(repository.runs.length, runs);
  });
});

function extensionRoot(): string {
  return vscode.extensions.getExtension('greenroom.greenroom')?.extensionPath ?? '';
}
