import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../server/cli/commands.ts';
import { productVersion } from '../../server/version.ts';
import { freshHome, isAlive, type TestHome, until } from './connect.ts';

const CLI = join(import.meta.dirname, '../../server/cli.ts');

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

describe('the command line', function () {
  this.timeout(60_000);
  let home: TestHome;
  before(() => {
    home = freshHome();
  });
  after(() => home[Symbol.asyncDispose]());

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { NO_COLOR: _n, FORCE_COLOR: _f, ...base } = home.env;
    return spawn(process.execPath, [CLI, ...args], {
      env: { ...base, ...env },
      cwd: dirname(home.paths.home),
    });
  }

  async function run(
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): Promise<Outcome> {
    const child = start(args, options.env);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdin.end(options.input ?? '');
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  it('says that no server runs and starts none, for status, stop, logs, version and help', async () => {
    const status = await run(['status', '--json']);
    assert.deepEqual(JSON.parse(status.out), { server: null, sessions: [], runs: [] });
    assert.match((await run(['status'])).out, /No server is running/);
    assert.deepEqual(await run(['stop']), { code: 0, out: 'No server is running.\n', err: '' });
    assert.equal((await run(['logs'])).code, 0);
    assert.equal((await run(['version'])).out.trim(), productVersion());
    assert.match((await run(['help'])).out, /provision/);
    assert.equal(home.pid(), undefined);
  });

  const wrong: string[][] = [
    [],
    ['teleport'],
    ['--json'],
    ['status', '--wings'],
    ['status', 'now'],
    ['cancel'],
    ['scrape'],
    ['scrape', 'https://example.test', '--timeout', 'soon'],
    ['sessions', '--close', 'x', '--close-all'],
    ['task', 'juggle'],
    ['task', 'website-source', '--bot', 'x'],
    ['task', 'import-actions', '--bot', 'x', '--actions', '/no/such/file'],
    ['stop', '--grace', '-1'],
    ['logs', '--lines', 'many'],
    ['provision', '--wings'],
    ['provision', '--company', 'Acme'],
    ['help', 'teleport'],
    ['scrape', 'ftp://example.test/'],
  ];
  for (const args of wrong) {
    it(`ends "greenroom ${args.join(' ')}" with 2, one sentence and what to do, and no stack`, async () => {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, err);
      assert.equal(out, '');
      const lines = err.trim().split('\n');
      assert.equal(lines.length, 2, err);
      assert.match(lines[0] ?? '', /^greenroom: [A-Z"\/\-\w].*\.$/);
      assert.ok(!/\bat .*:\d+/.test(err), err);
    });
  }

  it('shows a stack when asked to be verbose', async () => {
    assert.match((await run(['scrape', '--verbose'])).err, /\bat .*:\d+/);
  });

  it('explains every command', async () => {
    const { out } = await run(['help']);
    for (const name of Object.keys(COMMANDS)) assert.match(out, new RegExp(`^ {2}${name} `, 'm'));
    const one = await run(['stop', '--help']);
    assert.equal(one.code, 0);
    assert.match(one.out, /--grace SECONDS/);
  });

  it('prints status and health as JSON of the promised shape', async () => {
    const health = JSON.parse((await run(['health', '--json'])).out) as { server: { pid: number } };
    const status = JSON.parse((await run(['status', '--json'])).out) as {
      server: Record<string, unknown>;
      sessions: unknown[];
      runs: unknown[];
    };
    assert.deepEqual(Object.keys(status), ['server', 'sessions', 'runs']);
    assert.deepEqual(Object.keys(status.server), ['pid', 'version', 'uptimeMs', 'socket']);
    assert.equal(status.server['pid'], health.server.pid);
    assert.equal(status.server['version'], productVersion());
    assert.equal(status.server['socket'], home.paths.socket);
    assert.ok(Number(status.server['uptimeMs']) > 0);
    assert.deepEqual([status.sessions, status.runs], [[], []]);
    assert.deepEqual(JSON.parse((await run(['runs', '--json'])).out), []);
    assert.deepEqual(JSON.parse((await run(['sessions', '--json'])).out), []);
    assert.deepEqual(JSON.parse((await run(['sessions', '--close-all', '--json'])).out), { closed: 0 });
  });

  it('colours nothing that is not a terminal, unless forced, and never against NO_COLOR', async () => {
    const colour = '\u001b[';
    assert.ok(!(await run(['status'])).out.includes(colour));
    assert.ok((await run(['status'], { env: { FORCE_COLOR: '1' } })).out.includes(colour));
    assert.ok(!(await run(['status'], { env: { NO_COLOR: '1' } })).out.includes(colour));
  });

  it('ends with 1 for what does not exist', async () => {
    for (const args of [
      ['cancel', 'nope'],
      ['chat', 'last'],
      ['sessions', '--close', 'nope'],
    ]) {
      const { code, err } = await run(args);
      assert.equal(code, 1, err);
      assert.equal(err.trim().split('\n').length, 2);
    }
  });

  it('prints the last lines of the log, and new ones while it follows, until Ctrl-C', async () => {
    const { err, out } = await run(['logs', '--lines', '1', '--raw']);
    assert.ok(err.includes(home.paths.logs));
    assert.equal(out.trim().split('\n').length, 1);
    assert.doesNotThrow(() => void JSON.parse(out));
    const child = start(['logs', '--follow', '--lines', '0']);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(child.stderr, 'data');
    writeFileSync(home.paths.serverLog, '{"level":"info","msg":"a new line"}\n', { flag: 'a' });
    try {
      await until(() => text.includes('a new line'), 'the new line');
    } finally {
      child.kill('SIGINT');
    }
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 130);
  });

  it('reads a page to Markdown, to a file, and as JSON', async () => {
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<html lang="en"><title>Tea</title><main><h1>Tea</h1><p>${'We sell tea by the gram. '.repeat(20)}</p></main>`,
      );
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    try {
      const file = join(home.paths.home, 'tea.md');
      const written = await run(['scrape', url, '--out', file]);
      assert.equal(written.code, 0, written.err);
      assert.match(readFileSync(file, 'utf8'), /We sell tea by the gram/);
      const { out } = await run(['scrape', url, '--json']);
      const result = JSON.parse(out) as { title: string; outcome: string; status: number };
      assert.deepEqual([result.title, result.outcome, result.status], ['Tea', 'ok', 200]);
    } finally {
      site.closeAllConnections();
      site.close();
    }
  });

  it('cancels cleanly at the first Ctrl-C: exit code 130, and nothing goes on in the server', async () => {
    const site = createServer(() => undefined);
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    try {
      const asked = once(site, 'request');
      const child = start(['scrape', `http://127.0.0.1:${(site.address() as AddressInfo).port}/`]);
      let err = '';
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      await asked;
      child.kill('SIGINT');
      const [code] = (await once(child, 'close')) as [number | null];
      assert.equal(code, 130, err);
      assert.equal(err, 'Cancelled.\n');
      const { connection } = await home.connect();
      await until(
        async () => (await connection.request('session/list', {})).length === 0,
        'the session to end',
      );
      connection.close();
    } finally {
      site.closeAllConnections();
      site.close();
    }
  });

  it('stops the server and waits until it is gone', async () => {
    const pid = home.pid() ?? 0;
    const { code, out } = await run(['stop', '--grace', '0']);
    assert.deepEqual([code, out], [0, 'The server has stopped.\n']);
    assert.equal(await isAlive(pid), false);
  });
});
