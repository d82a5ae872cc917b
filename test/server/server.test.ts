import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { freshHome, isAlive, until } from './connect.ts';

describe('the persistent server', function () {
  this.timeout(30_000);

  it('starts at the first connection and answers health from memory without loading a service', async () => {
    await using home = freshHome();
    const { connection, server, spawned } = await home.connect();
    assert.equal(spawned, true);
    const health = await connection.request('health/get', {});
    assert.equal(health.server.pid, server.pid);
    assert.equal(health.server.socket, home.paths.socket);
    assert.equal(health.server.clients, 1);
    assert.deepEqual(new Set(health.services.map(({ state }) => state)), new Set(['not-loaded']));
    assert.deepEqual(health.pool, { capacity: 5, leased: 0, waiting: 0 });
    assert.ok(health.memory.rssBytes > 0);
  });

  it('outlives its client and serves the next one', async () => {
    await using home = freshHome();
    const first = await home.connect();
    first.connection.close();
    const second = await home.connect();
    assert.equal(second.spawned, false);
    assert.equal(second.server.pid, first.server.pid);
  });

  it("serves the endpoints that the sandbox's bots call as soon as somebody opens its dashboard", async () => {
    await using home = freshHome();
    const { connection } = await home.connect();
    await connection.request('sandbox/dashboard', {});
    await until(async () => {
      const { services } = await connection.request('health/get', {});
      return services.some(({ name, state }) => name === 'mocks' && state === 'ready');
    }, 'the mock host');
  });

  it('lets only the user reach its socket, secret, log and lock', async () => {
    await using home = freshHome();
    await home.connect();
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    const { home: folder, secret, socket, serverLog, lock, serverInfo } = home.paths;
    assert.equal(mode(folder), '700');
    for (const file of [secret, socket, serverLog, lock, serverInfo]) assert.equal(mode(file), '600', file);
  });

  it('keeps two homes apart', async () => {
    await using one = freshHome();
    await using other = freshHome();
    const [a, b] = await Promise.all([one.connect(), other.connect()]);
    assert.notEqual(a.server.pid, b.server.pid);
    await a.connection.request('server/stop', { graceMs: 0 });
    await a.connection.closed;
    assert.equal((await b.connection.request('health/get', {})).server.pid, b.server.pid);
  });

  it('leaves by itself when nobody has used it for the idle time, and leaves nothing behind', async () => {
    await using home = freshHome();
    const { connection, server } = await home.connect({ settings: { 'server.idleMinutes': 0.005 } });
    await connection.request('health/get', {});
    assert.equal(await isAlive(server.pid), true);
    connection.close();
    await until(async () => !(await isAlive(server.pid)), 'the server to leave');
    for (const path of [home.paths.socket, home.paths.lock, home.paths.serverInfo]) {
      assert.throws(() => statSync(path), { code: 'ENOENT' });
    }
  });

  it('stays while a client is connected, however idle', async () => {
    await using home = freshHome();
    const { connection, server } = await home.connect({ settings: { 'server.idleMinutes': 0.002 } });
    await new Promise((resolve) => setTimeout(resolve, 600)); // five times the idle time
    assert.equal((await connection.request('health/get', {})).server.pid, server.pid);
  });
});
