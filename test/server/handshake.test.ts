import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { freshHome, type TestHome, typed, until } from './connect.ts';

describe('the handshake', function () {
  this.timeout(30_000);
  let home: TestHome;
  before(async () => {
    home = freshHome();
    await home.connect();
  });
  after(() => home[Symbol.asyncDispose]());

  /** A raw connection and what it has received. */
  async function raw(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
    const socket = connect(home.paths.socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await once(socket, 'connect');
    return { socket, received: () => text, closed };
  }

  const frame = (message: unknown): string => {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };

  const serverIsFine = async (): Promise<void> => {
    const { connection, spawned } = await home.connect();
    assert.equal(spawned, false);
    await connection.request('health/get', {});
    connection.close();
  };

  it('refuses a wrong secret with a typed error, hangs up, and logs neither secret', async () => {
    const { socket, received, closed } = await raw();
    const guess = randomBytes(32).toString('hex');
    const initializationOptions = {
      protocol: PROTOCOL_VERSION,
      secret: guess,
      version: '1.0.0',
      client: 'test',
      tenant: 't',
    };
    socket.write(
      frame({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { capabilities: {}, initializationOptions },
      }),
    );
    await closed;
    assert.match(received(), /"code":"unauthorized"/);
    assert.ok(!home.log().includes(guess));
    await serverIsFine();
  });

  for (const [what, options] of Object.entries({
    'no handshake at all': undefined,
    'a handshake that is no object': 'let me in',
    'a secret of the wrong type': { protocol: PROTOCOL_VERSION, secret: ['x'] },
  })) {
    it(`refuses ${what}`, async () => {
      const { socket, received, closed } = await raw();
      const params = { capabilities: {}, initializationOptions: options };
      socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
      await closed;
      assert.match(received(), /"code":"unauthorized"/);
    });
  }

  it('takes no request before it', async () => {
    const { socket, received } = await raw();
    socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'run/start', params: {} }));
    socket.write(frame({ jsonrpc: '2.0', id: 2, method: 'server/stop', params: { graceMs: 0 } }));
    await until(() => received().includes('"id":2'), 'two answers');
    assert.equal(received().match(/"code":"unauthorized"/g)?.length, 2);
    socket.destroy();
    await serverIsFine();
  });

  it('must come within five seconds', async () => {
    const { closed } = await raw();
    const begin = performance.now();
    await closed;
    const waited = performance.now() - begin;
    assert.ok(waited > 4000 && waited < 8000, `${waited} ms`);
    assert.match(home.log(), /no handshake in time/);
  });

  it('can be done once for each connection', async () => {
    const attempt = await home.attempt();
    assert.ok(attempt.kind === 'connected');
    await assert.rejects(
      attempt.connection.request(
        'initialize' as 'health/get',
        { processId: null, capabilities: {} } as never,
      ),
      typed('conflict'),
    );
  });

  it('names the setting that is out of its bounds', async () => {
    const attempt = await home.attempt({ settings: { 'browser.maxPages': 0 } });
    assert.ok(attempt.kind === 'refused');
    assert.equal(attempt.error.code, 'invalid-input');
    assert.equal(attempt.error.field, 'settings.browser.maxPages');
  });

  const junk: Record<string, string | Buffer> = {
    'random bytes': randomBytes(4096),
    'an HTTP request': 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'a message of a terabyte': 'Content-Length: 1000000000000\r\n\r\n{',
    'broken JSON': frame('{"jsonrpc": '),
    'an endless header': `Content-Length: ${'1'.repeat(10_000)}`,
    'JSON that is no message': frame('[1, 2, 3]'),
    null: frame('null'),
  };
  for (const [what, bytes] of Object.entries(junk)) {
    it(`cuts off a client that sends ${what}, and serves the others`, async () => {
      const { socket, closed } = await raw();
      socket.write(bytes);
      await closed;
      await serverIsFine();
    });
  }

  it('keeps a stranger from sending large messages', async () => {
    const { socket, closed } = await raw();
    socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { x: 'x'.repeat(100_000) } }));
    await closed;
    await serverIsFine();
  });

  it('tells an older client to update, and still lets it ask for room', async () => {
    await using other = freshHome();
    const { server } = await other.connect({
      serverArgs: ['--as-protocol', String(PROTOCOL_VERSION + 1)],
      protocol: PROTOCOL_VERSION + 1,
    });
    const older = await other.attempt();
    assert.ok(older.kind === 'refused');
    assert.equal(older.error.code, 'version-mismatch');
    assert.match(older.error.next, /update/i);
    assert.equal(older.error.facts?.['serverProtocol'], PROTOCOL_VERSION + 1);
    await assert.rejects(older.connection.request('health/get', {}), typed('version-mismatch'));
    assert.deepEqual(await older.connection.drain('test'), { activeRuns: 0 });
    await until(() => other.pid() !== server.pid, 'the server to leave');
  });

  it('cannot be passed when the secret file is damaged', async () => {
    await using other = freshHome();
    await other.connect();
    writeFileSync(other.paths.secret, `${randomBytes(32).toString('hex')}\n`);
    await assert.rejects(other.connect(), typed('unauthorized'));
  });
});
