import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../shared/ids.ts';
import { api, extension } from './support.ts';

describe('activation', () => {
  it('starts no server and opens no connection', async () => {
    const { server, repository, statusBar } = await api();
    assert.equal(server.state.kind, 'idle');
    assert.equal(repository.server, undefined);
    assert.equal(statusBar.text, 'Greenroom');
    const home = process.env['GREENROOM_HOME'];
    assert.ok(home, 'tests have a home of their own');
    assert.equal(existsSync(join(home, 'server.json')), false);
  });

  it('registers exactly the commands that the manifest declares', async () => {
    const all = await vscode.commands.getCommands(true);
    const views = Object.values(VIEWS) as string[];
    const own = all.filter(
      (id) => id.startsWith('greenroom.') && !views.some((view) => id.startsWith(`${view}.`)),
    );
    assert.deepEqual(own.sort(), (Object.values(COMMANDS) as string[]).sort());
  });

  it('declares limited trust', () => {
    const manifest = extension().packageJSON as {
      capabilities: { untrustedWorkspaces: { supported: unknown } };
    };
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });
});
