import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../shared/ids.ts';
import { api, eventually, stateOf } from './support.ts';

function home(): string {
  const folder = process.env['GREENROOM_HOME'];
  assert.ok(folder);
  return folder;
}

describe('the server', () => {
  it('starts when a view is opened', async () => {
    const { repository } = await api();
    await vscode.commands.executeCommand(`${VIEWS.runs}.focus`);
    const state = await stateOf('ready');
    assert.ok(state.kind === 'ready');
    assert.equal(repository.server?.pid, state.identity.pid);
    const info = JSON.parse(readFileSync(join(home(), 'server.json'), 'utf8')) as { pid: number };
    assert.equal(info.pid, state.identity.pid);
  });

  it('keeps its secret and its socket to the user', () => {
    if (process.platform === 'win32') return;
    assert.equal(statSync(join(home(), 'secret')).mode & 0o077, 0);
  });

  it('answers every command in a state that cannot run it with a sentence, not with an error', async () => {
    for (const command of [
      COMMANDS.cancelRun,
      COMMANDS.openReport,
      COMMANDS.showRun,
      COMMANDS.chatWithDemo,
      COMMANDS.openBot,
      COMMANDS.settleDebt,
      COMMANDS.closeSession,
      COMMANDS.closeAllSessions,
      COMMANDS.copySessionUrl,
      COMMANDS.clearApiKey,
      COMMANDS.showLog,
    ]) {
      await vscode.commands.executeCommand(command);
    }
    for (const nonsense of ['x', 3, { runId: 'nope' }, { runId: 4 }, null]) {
      await vscode.commands.executeCommand(COMMANDS.cancelRun, nonsense);
      await vscode.commands.executeCommand(COMMANDS.closeSession, nonsense);
    }
  });

  it('is replaced by a new one when it is killed, without the user doing anything', async () => {
    const { server } = await api();
    assert.ok(server.state.kind === 'ready');
    const { pid } = server.state.identity;
    process.kill(pid, 'SIGKILL');
    const next = await eventually('a new server', [server.onDidChangeState], () =>
      server.state.kind === 'ready' && server.state.identity.pid !== pid ? server.state.identity : undefined,
    );
    assert.equal((await server.request('health/get', {})).server.pid, next.pid);
  });

  it('stops when told to, stays away, and comes back with the next command', async () => {
    const { server } = await api();
    await vscode.commands.executeCommand(COMMANDS.stopServer);
    const stopped = await stateOf('stopped');
    assert.ok(stopped.kind === 'stopped' && stopped.reason === 'You stopped it.');
    await vscode.commands.executeCommand(COMMANDS.stopServer);
    assert.equal(server.state.kind, 'stopped');
    await vscode.commands.executeCommand(COMMANDS.restartServer);
    assert.equal(server.state.kind, 'ready');
  });

  it('restarts once however often it is asked at once', async () => {
    const { server } = await api();
    assert.ok(server.state.kind === 'ready');
    const { pid } = server.state.identity;
    const seen = new Set<number>();
    const listening = server.onDidChangeState((state) => {
      if (state.kind === 'ready') seen.add(state.identity.pid);
    });
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand(COMMANDS.restartServer)));
    listening.dispose();
    assert.equal(seen.size, 1);
    assert.equal(seen.has(pid), false);
  });

  it('gets the settings the user chose, and those alone, at its next start', async () => {
    const { server } = await api();
    const configuration = vscode.workspace.getConfiguration('greenroom');
    await configuration.update('browser.maxPages', 2, vscode.ConfigurationTarget.Global);
    try {
      await vscode.commands.executeCommand(COMMANDS.restartServer);
      const health = await server.request('health/get', {});
      assert.equal(health.pool.capacity, 2);
    } finally {
      await configuration.update('browser.maxPages', undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.commands.executeCommand(COMMANDS.restartServer);
    assert.notEqual((await server.request('health/get', {})).pool.capacity, 2);
  });

  it('moves to another home with the setting for it', async () => {
    const { server } = await api();
    const other = join(home(), 'other');
    const configuration = vscode.workspace.getConfiguration('greenroom');
    await configuration.update('home', other, vscode.ConfigurationTarget.Global);
    try {
      await vscode.commands.executeCommand(COMMANDS.restartServer);
      assert.equal(server.state.kind, 'ready');
      assert.ok(existsSync(join(other, 'server.json')));
      await vscode.commands.executeCommand(COMMANDS.stopServer);
    } finally {
      await configuration.update('home', undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.commands.executeCommand(COMMANDS.restartServer);
  });
});

describe('API keys', () => {
  it('are kept in secret storage and forgotten on demand', async () => {
    const { apiKeys } = await api();
    await apiKeys.set('sandbox', 'gr_test_key_1');
    assert.equal(await apiKeys.get('sandbox'), 'gr_test_key_1');
    await vscode.commands.executeCommand(COMMANDS.clearApiKey);
    assert.equal(await apiKeys.get('sandbox'), undefined);
  });
});
