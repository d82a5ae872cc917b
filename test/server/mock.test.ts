import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createLocalMockHost } from '../../server/mocks/local/localMockHost.ts';
import { actionsFromOpenApi } from '../../server/mocks/openapi.ts';
import { actionSchema, type DemoAction } from '../../shared/demoSpec.ts';
import { isGreenroomError } from '../../shared/errors.ts';

const logger = pino({ level: 'silent' });
const live = new AbortController().signal;

const ACTIONS = [
  actionSchema.parse({
    name: 'Check order status',
    description: 'Where an order is.',
    path: '/orders/{order_number}',
    inputs: [{ name: 'order_number' }, { name: 'details', type: 'boolean', required: false }],
    outputs: [
      { name: 'order_number' },
      { name: 'status', enum: ['processing', 'shipped'] },
      { name: 'estimated_delivery', format: 'date' },
      { name: 'message' },
    ],
  }),
  actionSchema.parse({
    name: 'Book a table',
    description: 'Reserves a table.',
    method: 'POST',
    path: '/tables',
    inputs: [
      { name: 'date', format: 'date' },
      { name: 'guests', type: 'integer' },
    ],
    outputs: [{ name: 'confirmation_code' }, { name: 'guests', type: 'integer' }],
  }),
];

describe('the local mock host', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'greenroom-mock-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function get(url: string, init?: RequestInit) {
    const response = await fetch(url, init);
    return {
      status: response.status,
      allow: response.headers.get('allow'),
      body: (await response.json()) as never,
    };
  }

  it('answers actions, echoes inputs, and says what is wrong with bad requests', async () => {
    const host = createLocalMockHost({ dir, logger });
    const endpoints = await host.publish('acme demo', ACTIONS, live);
    const [order, table] = endpoints.map((endpoint) => endpoint.url);
    assert.match(order ?? '', /^http:\/\/127\.0\.0\.1:\d+\/demos\/acme%20demo\/orders\/\{order_number\}$/);
    const url = (order ?? '').replace('{order_number}', 'HL%2F1');
    const first = await get(url);
    assert.equal(first.status, 200);
    assert.equal((first.body as Record<string, unknown>)['order_number'], 'HL/1');
    assert.match(
      (first.body as Record<string, string>)['message'] ?? '',
      /^Your order is (processing|shipped)\./,
    );
    assert.deepEqual((await get(url)).body, first.body);

    const post = (body: string) =>
      get(table ?? '', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const booked = await post('{"date":"2026-12-24","guests":4}');
    assert.equal((booked.body as Record<string, unknown>)['guests'], 4);
    const wrong = await post('{"date":"24 December","guests":"four"}');
    assert.equal(wrong.status, 422);
    assert.deepEqual((wrong.body as { error: { issues: unknown } }).error.issues, [
      { input: 'date', problem: 'must have the format date' },
      { input: 'guests', problem: 'must be an integer' },
    ]);
    assert.equal((await post('')).status, 422);
    assert.equal((await post('{')).status, 400);
    assert.equal((await post(JSON.stringify({ date: 'x'.repeat(300_000) }))).status, 413);
    assert.equal((await get(`${url}?details=perhaps`)).status, 422);
    const method = await get(table ?? '');
    assert.deepEqual([method.status, method.allow], [405, 'POST']);
    assert.equal((await get(`${host.url ?? ''}/demos/acme%20demo/nothing`)).status, 404);
    assert.equal((await get(`${host.url ?? ''}/demos/other/tables`)).status, 404);

    const { calls } = (await get(`${host.url ?? ''}/demos/acme%20demo/_calls`)).body as {
      calls: { action: string; status: number }[];
    };
    assert.deepEqual(calls.at(-1), { ...calls.at(-1), action: 'Check order status', status: 200 });
    assert.equal(calls.filter((call) => call.status === 422).length, 3);
    const document = await (await fetch(`${host.url ?? ''}/demos/acme%20demo/openapi.json`)).text();
    assert.deepEqual(actionsFromOpenApi(document), ACTIONS);
    await host.stop();
  });

  it('comes back on the same port with the same answers and calls', async () => {
    let host = createLocalMockHost({ dir, logger, now: () => 1_790_000_000_000 });
    const [order] = await host.publish('acme', ACTIONS, live);
    const url = (order?.url ?? '').replace('{order_number}', '7');
    const before = await get(url);
    await host.stop();
    await assert.rejects(fetch(url));
    host = createLocalMockHost({ dir, logger, now: () => 1_800_000_000_000 });
    await host.start();
    assert.deepEqual(await get(url), before);
    await host.publish('acme', ACTIONS, live);
    assert.deepEqual(await get(url), before, 'publishing the same again changes no answer');
    const { calls } = (await get(url.replace('/orders/7', '/_calls'))).body as { calls: unknown[] };
    assert.equal(calls.length, 3);
    await host.publish('acme', ACTIONS.slice(1), live);
    assert.equal((await get(url)).status, 404, 'publishing again replaces the actions');
    await host.remove('acme');
    await host.remove('acme');
    await host.stop();
    assert.equal((await readFile(join(dir, 'calls.jsonl'), 'utf8')).trim().split('\n').length, 3);
  });

  it('takes another port when its own is taken, and starts empty when its state is unreadable', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await writeFile(join(dir, 'state.json'), JSON.stringify({ port, demos: [] }));
    let host = createLocalMockHost({ dir, logger });
    assert.notEqual(new URL(await host.start()).port, String(port));
    await host.stop();
    await new Promise((resolve) => squatter.close(resolve));
    await writeFile(join(dir, 'state.json'), '{"port": 1, "demos": [{"na');
    host = createLocalMockHost({ dir, logger });
    await host.start();
    assert.deepEqual(host.demos(), []);
    await host.stop();
  });

  it('refuses actions that can not be served, naming the place', async () => {
    const host = createLocalMockHost({ dir, logger });
    const [order] = ACTIONS;
    assert.ok(order !== undefined);
    const cases: [DemoAction[], string][] = [
      [[{ ...order, path: '/orders/{id}' }], 'Check order status.path'],
      [[order, { ...order, name: 'Twin' }], 'Twin.path'],
      [[{ ...order, outputs: [] }], 'Check order status.outputs'],
    ];
    for (const [actions, field] of cases) {
      await assert.rejects(
        host.publish('acme', actions, live),
        (error: unknown) =>
          isGreenroomError(error) && error.code === 'invalid-input' && error.data.field === field,
      );
    }
    await host.stop();
  });
});
