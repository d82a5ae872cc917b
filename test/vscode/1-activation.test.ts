import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../shared/ids.ts';
import { api, extension } from './support.ts';

const BUDGET_MS = 30;
const LOADS = 5;

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

  it(`takes at most ${String(BUDGET_MS)} ms of the processor, loading included`, async () => {
    const { activationCpuMs } = await api();
    const bundle = join(extension().extensionPath, 'dist', 'client.cjs');
    const require = createRequire(bundle);
    const source = readFileSync(bundle, 'utf8');
    const folder = mkdtempSync(join(extension().extensionPath, 'dist', 'load-'));
    const loads = Array.from({ length: LOADS }, (_, index) => {
      // Another text each time, or the engine would take what it compiled before.
      const copy = join(folder, `client-${String(index)}.cjs`);
      writeFileSync(copy, `${source}\n// ${String(index)}`);
      const begin = process.cpuUsage();
      require(copy);
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1000;
    });
    rmSync(folder, { recursive: true });
    const total = Math.min(...loads) + activationCpuMs;
    console.log(
      `mocha|       load ${Math.min(...loads).toFixed(1)} ms, activate ${activationCpuMs.toFixed(1)} ms`,
    );
    assert.ok(total <= BUDGET_MS, `${total.toFixed(1)} ms`);
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
