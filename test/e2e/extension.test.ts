import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VSIX } from '../../server/setup/vsix.mjs';
import { serveSample } from '../../server/sample/serve.ts';
import type { SampleSite } from '../../server/sample/serve.ts';
import { makeWorkspace } from '../harness/extensionHost.ts';
import { vscodeServerFolder } from '../harness/vscodeInstall.ts';
import { startVsCodeServer } from '../harness/vscodeServer.ts';
import type { VsCodeServer } from '../harness/vscodeServer.ts';
import { Workbench } from '../harness/workbench.ts';

const RUN_TIMEOUT_MS = 150_000;
const COMPANY = 'Harbor Lane Coffee';
const QUESTION = 'What is the minimum for a wholesale order?';

describe('a person in front of VS Code with the packaged extension', function () {
  this.timeout(RUN_TIMEOUT_MS + 30_000);
  // Each test goes on where the one before it ended.
  this.bail(true);
  let folder: string;
  let site: SampleSite;
  let server: VsCodeServer;
  let window: Workbench;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'e2e-'));
    site = await serveSample();
    server = await startVsCodeServer({ vscode: await vscodeServerFolder(), folder, extensions: [VSIX] });
    window = await Workbench.open(server, { workspace: await makeWorkspace(folder) });
    await window.ready();
  });

  after(async () => {
    await window.runCommand('Greenroom: Stop Server').catch(() => undefined);
    await window.close();
    await server.stop();
    await site.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-${this.currentTest.title}`);
  });

  it('sees the views of an empty Greenroom, and what to do first', async () => {
    await window.openView('Greenroom');
    await window.page.getByRole('button', { name: 'Provision Demo' }).first().waitFor();
    await window.statusBar('Greenroom').first().waitFor();
    await window.page.getByText('No browser session is open').waitFor();
    await window.screenshot('empty-dark');
  });

  it('scrapes a website into a Markdown editor', async () => {
    await window.runCommand('Greenroom: Scrape Website');
    await window.answer('The page to read', site.url);
    await Workbench.eventually('the page as Markdown', async () =>
      (await window.editorText()).includes('Breakwater Blend'),
    );
    await window.screenshot('scrape-dark');
    await window.runCommand('View: Revert and Close Editor');
  });

  it('is told what is wrong with an input, and can go back', async () => {
    await window.runCommand('Greenroom: Provision Demo');
    await window.answer('The company the demo is for', ' ');
    await window.answer('Type the name of the company.', 'Someone Else');
    await window.answer('Its website', 'not a website');
    await window.quickInput.getByText('Not an http or https address.').waitFor();
    await window.screenshot('input-dark');
    await window.quickInput.getByRole('button', { name: 'Back' }).click();
    await window.quickInput.filter({ hasText: 'The company the demo is for' }).waitFor();
    await window.closeQuickInput();
  });

  it('provisions a demo from the palette and watches it', async () => {
    await startDemo(COMPANY);
    await window.statusBar(`Provision ${COMPANY}`).waitFor();
    await window.treeItem(new RegExp(`^${COMPANY}, running`)).waitFor();
    await window.screenshot('run-dark');
    await endOf(COMPANY);
    await window.statusBar(COMPANY).waitFor();
    await window.screenshot('summary-dark');
  });

  it('opens the report from the summary', async () => {
    await window.notification(`Demo ready: ${COMPANY}`).getByRole('button', { name: 'Open Report' }).click();
    await window.tab(`Report: ${COMPANY}`).waitFor();
    await window.webview().getByText(COMPANY).first().waitFor();
    await window.screenshot('report-dark');
    await window.setTheme('light');
    await window.screenshot('report-light');
    await window.setTheme('dark');
    await window.runCommand('View: Close All Editors');
  });

  it('talks to the bot, by keyboard alone', async () => {
    await window.runCommand('Greenroom: Chat With Demo');
    await window.tab(`Chat: ${COMPANY}`).waitFor();
    const chat = window.webview();
    await chat.getByLabel('Message').fill(QUESTION);
    await chat.getByLabel('Message').press('Enter');
    await chat.locator('.turn.bot').nth(1).waitFor();
    assert.match(await chat.locator('.turn.bot').nth(1).innerText(), /10 lb/);
    await chat.getByRole('link', { name: 'Wholesale' }).waitFor();
    await window.screenshot('chat-dark');
    await window.setTheme('light');
    await window.screenshot('chat-light');
    await window.setTheme('dark');
  });

  it('finds the conversation where it was after a reload', async () => {
    await reload();
    await window.tab(`Chat: ${COMPANY}`).waitFor();
    await window.webview().getByText(QUESTION).first().waitFor();
    await window.runCommand('View: Close All Editors');
  });

  it('reloads the window in the middle of a run, which goes on', async () => {
    await startDemo('Reloaded Corp');
    await window.statusBar('Provision Reloaded Corp').waitFor();
    await reload();
    await window.statusBar('Reloaded Corp').waitFor();
    await endOf('Reloaded Corp');
  });

  it('cancels a run from its row', async () => {
    await startDemo('Cancelled Inc');
    const row = window.treeItem(/^Cancelled Inc, running/);
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Cancel Run' }).click();
    await window.treeItem(/^Cancelled Inc, cancelled/).waitFor();
    await window.setTheme('light');
    await window.screenshot('runs-light');
    await window.setTheme('dark');
  });

  it('asks nobody outside this machine for anything', () => {
    // The editor's name for files of webviews; its service worker answers, not the network.
    const asked = window.outside.filter((origin) => !origin.endsWith('.vscode-resource.vscode-cdn.net'));
    assert.deepEqual(asked, []);
  });

  /** As a person does it: unlike a reload of the page, it lets the editor keep what it has to keep. */
  async function reload(): Promise<void> {
    const loaded = window.page.waitForEvent('load');
    await window.runCommand('Developer: Reload Window');
    await loaded;
    await window.ready();
  }

  async function startDemo(company: string): Promise<void> {
    await window.openView('Greenroom');
    await window.runCommand('Greenroom: Provision Demo');
    await window.answer('The company the demo is for', company);
    await window.answer('Its website', site.url);
    await window.pick('Automatically');
  }

  async function endOf(company: string): Promise<void> {
    const end = window.notification(new RegExp(`Demo (ready|failed): ${company}`));
    await end.waitFor({ timeout: RUN_TIMEOUT_MS });
    assert.match(await end.innerText(), /Demo ready/);
  }
});
