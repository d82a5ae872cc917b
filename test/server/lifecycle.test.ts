import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freshHome, isAlive, typed, until } from './connect.ts';

/** A website whose page never arrives: work that lasts until somebody ends it. */
async function silentSite(): Promise<{ url: string; server: Server } & AsyncDisposable> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the life cycle', function () {
  this.timeout(60_000);

  it('ends on request, tells its clients why, and leaves no socket, lock or file', async () => {
    await using home = freshHome();
    const { connection, server } = await home.connect();
    const other = await home.connect();
    const reasons: string[] = [];
    other.connection.on('server/leaving', ({ reason }) => reasons.push(reason));
    await connection.request('server/stop', {});
    await Promise.all([connection.closed, other.connection.closed]);
    await until(async () => !(await isAlive(server.pid)), 'the server to end');
    assert.equal(reasons.length, 1);
    for (const path of [home.paths.socket, home.paths.lock, home.paths.serverInfo]) {
      assert.equal(existsSync(path), false, path);
    }
  });

  it('does not hold on to the folder it was started in', async function () {
    if (process.platform !== 'linux') this.skip();
    await using home = freshHome();
    const { server } = await home.connect();
    assert.equal(readlinkSync(`/proc/${server.pid}/cwd`), '/');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends in order on ${signal}`, async () => {
      await using home = freshHome();
      const { connection, server } = await home.connect();
      process.kill(server.pid, signal);
      await connection.closed;
      await until(async () => !(await isAlive(server.pid)), 'the server to end');
      assert.equal(existsSync(home.paths.lock), false);
      assert.match(home.log(), /the server has ended/);
    });
  }

  it('a client that comes during the end waits for it and gets a new server', async () => {
    await using home = freshHome();
    const first = await home.connect();
    await first.connection.request('server/stop', { graceMs: 0 });
    const second = await home.connect();
    assert.notEqual(second.server.pid, first.server.pid);
    assert.equal(second.server.draining, false);
  });

  it('a newer client replaces an older server', async () => {
    await using home = freshHome();
    const older = await home.connect({ version: '0.0.1', serverArgs: ['--as-version', '0.0.1'] });
    const newer = await home.connect();
    assert.equal(older.server.version, '0.0.1');
    assert.notEqual(newer.server.pid, older.server.pid);
    assert.equal(newer.spawned, true);
    await older.connection.closed;
  });

  it('an older client is served by a newer server of the same protocol', async () => {
    await using home = freshHome();
    const newer = await home.connect({ version: '99.0.0', serverArgs: ['--as-version', '99.0.0'] });
    const older = await home.connect();
    assert.equal(older.server.pid, newer.server.pid);
  });

  it('drains: running work goes on, new work is refused, and it leaves when the work has ended', async () => {
    await using home = freshHome();
    await using site = await silentSite();
    const { connection, server } = await home.connect({
      version: '0.0.1',
      serverArgs: ['--as-version', '0.0.1'],
    });
    const { jobId } = await connection.request('scrape/start', { url: site.url, timeoutMs: 60_000 });
    const waiting = assert.rejects(connection.request('scrape/wait', { jobId }), typed('cancelled'));

    const reasons: string[] = [];
    const attempt = await home.attempt({ version: '0.0.2' });
    assert.ok(attempt.kind === 'connected');
    assert.deepEqual(await attempt.connection.drain('version 0.0.2 takes over'), { activeRuns: 1 });
    await assert.rejects(connection.request('scrape/start', { url: site.url }), typed('draining'));
    await assert.rejects(
      connection.request('run/start', { company: 'Acme', website: site.url }),
      typed('draining'),
    );
    const health = await connection.request('health/get', {});
    assert.equal(health.server.draining, true);
    assert.equal(await isAlive(server.pid), true);

    connection.on('server/leaving', ({ reason }) => reasons.push(reason));
    await connection.request('scrape/cancel', { jobId });
    await waiting;
    await connection.closed;
    await until(async () => !(await isAlive(server.pid)), 'the server to leave');
    assert.deepEqual(reasons, ['version 0.0.2 takes over']);
  });

  it('stops in the middle of a job once the grace time is over, and ends the browser with it', async () => {
    await using home = freshHome();
    await using site = await silentSite();
    const { connection, server } = await home.connect();
    const asked = once(site.server, 'request');
    await connection.request('scrape/start', { url: site.url, timeoutMs: 60_000 });
    await asked;
    const browser = (await connection.request('health/get', {})).server.browser.pid ?? 0;
    assert.equal(await isAlive(browser), true);
    const begin = performance.now();
    await connection.request('server/stop', { graceMs: 300 });
    await connection.closed;
    await until(async () => !(await isAlive(server.pid)), 'the server to end');
    assert.ok(performance.now() - begin >= 300);
    assert.ok(performance.now() - begin < 15_000);
    assert.equal(await isAlive(browser), false);
  });

  it('leaves by itself when its home disappears', async () => {
    await using home = freshHome();
    const { server } = await home.connect();
    rmSync(home.paths.home, { recursive: true });
    await until(async () => !(await isAlive(server.pid)), 'the server to leave', 20_000);
  });
});
