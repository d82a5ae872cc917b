import assert from 'node:assert/strict';
import type { Client } from '../../server/cli/connection.ts';
import { METHODS } from '../../server/rpc/table.ts';
import type { RequestMethod, StateChange } from '../../shared/protocol.ts';
import { freshHome, type TestHome, typed, until } from './connect.ts';

describe('the RPC edge', function () {
  this.timeout(30_000);
  let home: TestHome;
  let client: Client;
  before(async () => {
    home = freshHome();
    ({ connection: client } = await home.connect());
  });
  after(() => home[Symbol.asyncDispose]());

  /** A request whose types the compiler would not let pass. */
  const send = (method: string, params: unknown): Promise<unknown> =>
    client.request(method as 'health/get', params as Record<string, never>);

  for (const method of METHODS) {
    for (const [what, params] of Object.entries({
      'an unknown member': { surprise: 1 },
      'a list': [1, 2, 3],
      'members of the wrong type': {
        runId: 5,
        jobId: {},
        sessionId: null,
        conversationId: [],
        text: 1,
        url: 7,
        company: 1,
        task: 'everything',
        reason: 0,
        graceMs: 'soon',
        allTenants: 'yes',
      },
      'a text of a megabyte': { runId: 'x'.repeat(1_000_000), url: 'x', company: 'x'.repeat(1_000_000) },
    })) {
      it(`answers ${method} with ${what} by a typed error`, async () => {
        await assert.rejects(send(method, params), typed('invalid-input'));
      });
    }
  }

  it('answers an unknown request by a typed error that names it', async () => {
    await assert.rejects(send('run/teleport', {}), (error: { data: { code: string; message: string } }) => {
      assert.equal(error.data.code, 'invalid-input');
      assert.match(error.data.message, /run\/teleport/);
      return true;
    });
    for (const method of ['__proto__', 'constructor', 'toString', '', 'x'.repeat(5000)]) {
      await assert.rejects(send(method, {}), typed('invalid-input'));
    }
  });

  const unknown: [RequestMethod, Record<string, unknown>][] = [
    ['run/get', { runId: 'nope' }],
    ['run/wait', { runId: 'nope' }],
    ['run/cancel', { runId: 'nope' }],
    ['chat/open', { runId: 'nope' }],
    ['chat/send', { conversationId: 'nope', text: 'hello' }],
    ['session/close', { sessionId: 'nope' }],
    ['scrape/wait', { jobId: 'nope' }],
  ];
  for (const [method, params] of unknown) {
    it(`answers ${method} for something that does not exist by not-found`, async () => {
      await assert.rejects(send(method, params), typed('not-found'));
    });
  }

  it('refuses more unanswered requests than a client may have, and answers the rest', async () => {
    const { connection } = await home.connect();
    const answers = await Promise.allSettled(
      Array.from({ length: 1000 }, () => connection.request('health/get', {})),
    );
    const refused = answers.filter(({ status }) => status === 'rejected');
    for (const each of refused) typed('queue-full')((each as PromiseRejectedResult).reason);
    assert.ok(refused.length < 1000);
    await connection.request('health/get', {});
    connection.close();
  });

  it('cuts off a client whose message is larger than allowed', async () => {
    const { connection } = await home.connect();
    await assert.rejects(
      connection.request('run/plan', { spec: 'x'.repeat(9 * 1024 * 1024) }),
      typed('network'),
    );
    await connection.closed;
    await client.request('health/get', {});
  });

  it('gives a snapshot, then changes in consecutive versions, and a new snapshot on demand', async () => {
    const { connection } = await home.connect();
    const changes: StateChange[] = [];
    connection.on('state/changed', (change) => changes.push(change));
    const first = await connection.request('state/attach', {});
    const clients = first.server.clients;
    const guests = await Promise.all([home.connect(), home.connect(), home.connect()]);
    await until(() => changes.at(-1)?.server?.clients === clients + 3, 'the change to arrive');
    for (const guest of guests) guest.connection.close();
    await until(() => changes.at(-1)?.server?.clients === clients, 'the change to arrive');
    assert.deepEqual(
      changes.map(({ version }) => version),
      changes.map((_change, index) => first.version + 1 + index),
    );
    const again = await connection.request('state/attach', {});
    assert.ok(again.version > (changes.at(-1)?.version ?? 0));
    assert.equal(again.server.clients, clients);
    connection.close();
  });

  it('tells a client that has not attached nothing', async () => {
    const { connection } = await home.connect();
    let told = 0;
    connection.on('state/changed', () => told++);
    (await home.connect()).connection.close();
    await connection.request('health/get', {});
    assert.equal(told, 0);
    connection.close();
  });

  it('sends at most ten notifications a second, however much happens', async () => {
    const { connection } = await home.connect();
    const told: (number | undefined)[] = [];
    connection.on('state/changed', ({ server }) => told.push(server?.clients));
    await connection.request('state/attach', {});
    const begin = performance.now();
    // They stay: a client that came and went between two notifications would rightly go unmentioned.
    const others = await Promise.all(Array.from({ length: 40 }, () => home.connect()));
    await until(() => (told.at(-1) ?? 0) > others.length, 'the last change to arrive');
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(told.length <= seconds * 10 + 2, `${told.length} in ${seconds} s`);
    for (const other of others) other.connection.close();
    connection.close();
  });
});
