import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { isGreenroomError } from '../../shared/errors.ts';
import {
  createHttpService,
  type HttpService,
  type HttpServiceOptions,
} from '../../server/net/httpService.ts';
import { closedUrl, LIMIT, serve } from './sandboxFixture.ts';

const TOKEN = 'canary-token-3f9c';

async function against<T>(
  listener: RequestListener,
  work: (http: HttpService, requests: Awaited<ReturnType<typeof serve>>['requests']) => Promise<T>,
  options: Partial<HttpServiceOptions> = {},
): Promise<T> {
  const server = await serve(listener);
  const http = createHttpService({ name: 'Acme', baseUrl: server.url, bearer: TOKEN, ...options });
  try {
    return await work(http, server.requests);
  } finally {
    await http.close();
    await server.close();
  }
}

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string; facts: object }> {
  try {
    await promise;
  } catch (error) {
    assert.ok(isGreenroomError(error), String(error));
    assert.ok(!JSON.stringify(error.data).includes(TOKEN));
    return { code: error.code, message: error.message, facts: error.data.facts ?? {} };
  }
  throw new Error('It did not fail.');
}

describe('the HTTP client of a service', () => {
  it('sends JSON with the bearer and reads JSON', async () => {
    await against(
      (_request, response) => response.end('{"ok":true}'),
      async (http, requests) => {
        const reply = await http.request('POST', '/a', LIMIT(), {
          query: { x: 1, y: undefined },
          json: { b: 2 },
        });
        assert.deepEqual(reply.body, { ok: true });
        const [sent] = requests;
        assert.deepEqual([sent?.request.url, sent?.body], ['/a?x=1', '{"b":2}']);
        assert.equal(sent?.request.headers.authorization, `Bearer ${TOKEN}`);
      },
    );
  });

  it('keeps connections for the next requests', async () => {
    await against(
      (_request, response) => response.end('{}'),
      async (http, requests) => {
        for (let count = 0; count < 10; count++) await http.request('GET', '/', LIMIT());
        // A request may come a moment before the connection of the one before is free.
        assert.ok(new Set(requests.map(({ request }) => request.socket.remotePort)).size <= 2);
      },
    );
  });

  const statuses: readonly (readonly [number, string])[] = [
    [400, 'platform-rejected'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not-found'],
    [409, 'conflict'],
    [413, 'platform-rejected'],
    [422, 'platform-rejected'],
    [429, 'rate-limited'],
    [500, 'platform-unavailable'],
    [503, 'platform-unavailable'],
  ];
  for (const [status, code] of statuses) {
    it(`turns ${status} into ${code} with the service's message`, async () => {
      const said = await against(
        (_request, response) => {
          response.writeHead(status, { 'retry-after': '7' });
          response.end('{"errors":[{"type":"x","message":"Bad\\nname"}]}');
        },
        (http) => failure(http.request('GET', '/', LIMIT())),
      );
      assert.deepEqual([said.code, said.message], [code, `Acme answered ${status}: Bad name`]);
      const waits = status === 429 || status === 503;
      assert.deepEqual(said.facts, { status, ...(waits ? { retryAfterMs: 7_000 } : {}) });
    });
  }

  it('reports a service that is down, silent, cuts the line, sends too much or no JSON', async () => {
    const down = createHttpService({ name: 'Acme', baseUrl: await closedUrl() });
    const refused = await failure(down.request('GET', '/', LIMIT()));
    assert.deepEqual([refused.code, /ECONNREFUSED/.test(refused.message)], ['network', true]);
    await down.close();
    const get = (http: HttpService) => failure(http.request('GET', '/', LIMIT()));
    assert.equal((await against(() => undefined, get, { timeoutMs: 80 })).code, 'platform-unavailable');
    assert.equal((await against((request) => request.socket.destroy(), get)).code, 'network');
    assert.equal(
      (await against((_request, response) => response.end('<html>'), get)).code,
      'platform-unavailable',
    );
    const big: RequestListener = (_request, response) => response.end(`"${'x'.repeat(5_000)}"`);
    assert.equal((await against(big, get, { maxResponseBytes: 1_000 })).code, 'platform-rejected');
  });

  it('rejects with the reason of the signal', async () => {
    await against(
      () => undefined,
      async (http) => {
        const abort = new AbortController();
        const reason = new Error('cancelled by the test');
        const asking = http.request('GET', '/', abort.signal);
        setTimeout(() => abort.abort(reason), 30);
        await assert.rejects(asking, reason);
        await assert.rejects(http.request('GET', '/', abort.signal), reason);
      },
    );
  });
});
