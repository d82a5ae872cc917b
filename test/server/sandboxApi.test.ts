import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isGreenroomError } from '../../shared/errors.ts';
import type { BotRef } from '../../server/platforms/platform.ts';
import { eventually, type Fixture, LIMIT, type Reply, sandboxFixture } from './sandboxFixture.ts';

const code = (expected: string) => (error: unknown) => isGreenroomError(error) && error.code === expected;
const article = { id: '1', name: 'Returns', content: 'Return it within 30 days.', knowledge_source_id: 's' };

describe('the sandbox REST API under misuse', () => {
  let fixture: Fixture;
  let bot: BotRef;
  let key: string;
  let api: (method: string, path: string, body?: unknown) => Promise<Reply>;

  before(async () => {
    fixture = await sandboxFixture();
    bot = await fixture.newBot();
    key = await fixture.newKey();
    api = (method, path, body) =>
      fixture.call(method, `/api/v1${path}`, body, { authorization: `Bearer ${key}` });
    await api('POST', `/bots/${bot.id}/knowledge/sources`, { id: 's', name: 'Source' });
  });
  after(() => fixture.end());

  it('refuses a missing, wrong or revoked key with 401 and the error envelope', async () => {
    const wrong = await fixture.call('GET', `/api/v1/bots/${bot.id}`, undefined, {
      authorization: 'Bearer nope',
    });
    assert.equal(wrong.status, 401);
    assert.deepEqual(Object.keys(wrong.body.errors[0]), ['type', 'message', 'details']);
    assert.equal((await fixture.call('GET', `/api/v1/bots/${bot.id}`)).status, 401);
    const revoked = await fixture.newKey('to revoke');
    const page = String((await fixture.show('/keys')).body);
    const id = /action="\/keys\/(\w+)\/revoke"[^]*?Revoke to revoke/.exec(page)?.[1] ?? '';
    assert.equal((await fixture.form(`/keys/${id}/revoke`, {})).status, 303);
    await assert.rejects(fixture.platform.api(bot, revoked).indexing(LIMIT()), code('unauthorized'));
  });

  it('lets the clone secret manage bots but not read their conversations', async () => {
    assert.equal((await fixture.manage('GET', '/bots')).status, 200);
    assert.equal((await fixture.manage('GET', `/bots/${bot.id}/conversations`)).status, 401);
    assert.equal((await fixture.manage('PATCH', `/bots/${bot.id}`, { description: 'x' })).status, 401);
  });

  it('answers 409 for a handle that exists and 422 for an unknown template or a bad handle', async () => {
    const clone = (more: object): Promise<Reply> =>
      fixture.manage('POST', '/clone', {
        template: 'customer-service',
        handle: 'other',
        name: 'Other',
        ...more,
      });
    assert.equal((await clone({ handle: bot.handle })).status, 409);
    assert.equal((await clone({ template: 'none' })).status, 422);
    for (const handle of ['Ä', '../x', 'a b', '', 'x'.repeat(81)])
      assert.equal((await clone({ handle })).status, 422);
    assert.equal((await fixture.manage('GET', '/jobs/none')).status, 404);
  });

  it('makes one bot when clones of the same handle race', async () => {
    const bots = await Promise.all([fixture.newBot('race'), fixture.newBot('race'), fixture.newBot('race')]);
    assert.equal(new Set(bots.map(({ id }) => id)).size, 1);
    assert.equal(bots.filter(({ adopted }) => !adopted).length, 1);
  });

  it('names every wrong field of a body, and tells garbage from a wrong shape', async () => {
    const wrong = await api('POST', `/bots/${bot.id}/knowledge/sources`, { id: '', name: 7 });
    assert.equal(wrong.status, 422);
    assert.deepEqual(
      wrong.body.errors[0].details.map((detail: { parameter: string }) => detail.parameter),
      ['$.id', '$.name'],
    );
    for (const garbage of ['{', '\u0000', 'null,']) {
      assert.equal((await api('POST', `/bots/${bot.id}/knowledge/sources`, garbage)).status, 400);
    }
    for (const shape of [null, 7, [], 'x']) {
      assert.equal(
        (await api('POST', `/bots/${bot.id}/knowledge/sources`, JSON.stringify(shape))).status,
        422,
      );
    }
  });

  it('answers 409 for a source that exists, which ensureSource takes as done', async () => {
    assert.equal(
      (await api('POST', `/bots/${bot.id}/knowledge/sources`, { id: 's', name: 'S' })).status,
      409,
    );
    await fixture.platform.api(bot, key).ensureSource('s', 'S', LIMIT());
  });

  it('gives each article of a batch its own result', async () => {
    const batch = [
      article,
      { ...article, id: '2', knowledge_source_id: 'none' },
      { ...article, id: '3', content: 'ä'.repeat(50_001) },
      { ...article, id: 'x'.repeat(161) },
      { ...article, id: '5', url: 'javascript:alert(1)' },
      'garbage',
      { ...article, content: 'Return it within 31 days.' },
    ];
    const reply = await api('POST', `/bots/${bot.id}/knowledge/bulk/articles`, batch);
    assert.equal(reply.status, 200);
    const results = reply.body.map((each: { success: boolean; created: boolean }) => [
      each.success,
      each.created,
    ]);
    assert.deepEqual(results, [
      [true, true],
      [false, false],
      [false, false],
      [false, false],
      [false, false],
      [false, false],
      [true, false],
    ]);
    assert.match(reply.body[1].error, /no source "none"/);
    assert.match(reply.body[2].error, /100 KB/);
    assert.equal((await api('POST', `/bots/${bot.id}/knowledge/bulk/articles`, { article })).status, 422);
  });

  it('answers 413 for a body over 10 MB', async () => {
    const huge = JSON.stringify([{ ...article, content: 'x'.repeat(10_100_000) }]);
    assert.equal((await api('POST', `/bots/${bot.id}/knowledge/bulk/articles`, huge)).status, 413);
  });

  it('pages by cursor and refuses a made-up one', async () => {
    const items = Array.from({ length: 7 }, (_, index) => ({
      ...article,
      id: `p${index}`,
      name: `Page ${index}`,
    }));
    await api('POST', `/bots/${bot.id}/knowledge/bulk/articles`, items);
    const seen: string[] = [];
    let path: string | null = `/bots/${bot.id}/knowledge/articles?limit=3`;
    for (let pages = 0; path !== null && pages < 9; pages++) {
      const { body }: Reply = await api('GET', path);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      path = body.meta.next_page_url?.replace(`${fixture.sandbox.url}/api/v1`, '') ?? null;
    }
    assert.equal(seen.length, 8);
    assert.equal(new Set(seen).size, 8);
    for (const bad of ['cursor=zzz', 'limit=0', 'limit=101', 'limit=x']) {
      const { status } = await api('GET', `/bots/${bot.id}/knowledge/articles?${bad}`);
      assert.ok(status === 400 || status === 422, bad);
    }
  });

  it('finds nothing outside itself, whatever an id holds', async () => {
    for (const id of ['..%2F..%2Faccount', '%2e%2e', 'account.json', '__proto__', 'constructor', '%00']) {
      assert.equal((await api('GET', `/bots/${id}`)).status, 404, id);
      assert.equal((await api('DELETE', `/bots/${bot.id}/knowledge/articles/${id}`)).status, 404, id);
      assert.equal((await api('GET', `/bots/${bot.id}/conversations/${id}/messages`)).status, 404, id);
    }
    assert.equal((await api('GET', `/bots/${bot.id}`)).status, 200);
  });

  it('refuses actions of a wrong shape and a second one of the same name', async () => {
    const action = {
      name: 'Ping',
      description: 'Pings.',
      path: '/',
      url: 'http://127.0.0.1:9/',
      outputs: [{ name: 'ok' }],
    };
    assert.equal(
      (await api('POST', `/bots/${bot.id}/actions`, { ...action, url: 'file:///etc/passwd' })).status,
      422,
    );
    assert.equal((await api('POST', `/bots/${bot.id}/actions`, { ...action, outputs: [] })).status, 422);
    const made = await api('POST', `/bots/${bot.id}/actions`, action);
    assert.equal(made.status, 201);
    assert.equal((await api('POST', `/bots/${bot.id}/actions`, { ...action, name: 'ping' })).status, 409);
    const path = `/bots/${bot.id}/actions/${made.body.id}`;
    assert.equal((await api('PATCH', path, { enabled: false })).body.enabled, false);
    assert.equal((await api('DELETE', path)).status, 204);
    assert.equal((await api('GET', path)).status, 404);
  });

  it('takes no message for a conversation that ended, an unknown channel or an empty text', async () => {
    const channel = await fixture.platform.api(bot, key).ensureChannel('c', LIMIT());
    const missing = await api('POST', `/bots/${bot.id}/conversations`, { channel_id: 'none' });
    assert.equal(missing.status, 422);
    const { body } = await api('POST', `/bots/${bot.id}/conversations`, { channel_id: channel });
    const path = `/bots/${bot.id}/conversations/${body.id}`;
    const say = (text: string): Promise<Reply> =>
      api('POST', `${path}/messages`, {
        author: { role: 'end_user' },
        content: { type: 'text', body: text },
      });
    assert.equal((await say('  ')).status, 422);
    assert.equal((await say('x'.repeat(4_001))).status, 422);
    assert.equal((await api('PATCH', path, { metadata: { a: 'x'.repeat(5_000) } })).status, 422);
    await api('POST', `${path}/end`);
    assert.equal((await say('Hello')).status, 422);
  });

  it('answers for its own host name only', async () => {
    const { port } = fixture.sandbox;
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port,
        path: '/login',
        headers: { host: `evil.test:${port}` },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end();
    });
    assert.equal(status, 421);
  });
});

describe('the rate limits of the sandbox', () => {
  it('answer 429 with Retry-After, which becomes retryAfterMs', async () => {
    const fixture = await sandboxFixture({ rateLimits: { perMinute: 3 } });
    try {
      const replies = [];
      for (let count = 0; count < 4; count++) replies.push(await fixture.manage('GET', '/templates'));
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200, 429],
      );
      const seconds = Number(replies[3]?.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 60);
      await assert.rejects(fixture.platform.templates(), (error: unknown) => {
        assert.ok(isGreenroomError(error));
        assert.equal(error.code, 'rate-limited');
        assert.ok(Number(error.data.facts?.['retryAfterMs']) >= 1_000);
        return true;
      });
    } finally {
      await fixture.end();
    }
  });
});

describe('a restart of the sandbox', () => {
  it('keeps bots, knowledge, keys, conversations and the port, and goes on where it stopped', async () => {
    const fixture = await sandboxFixture({ delays: { cloneMs: 0, indexMs: 40, answerMs: 0 } });
    try {
      const bot = await fixture.newBot();
      const key = await fixture.newKey();
      const { port } = fixture.sandbox;
      const api = fixture.platform.api(bot, key);
      await api.ensureSource('s', 'S', LIMIT());
      const articles = Array.from({ length: 10 }, (_, index) => ({
        id: String(index),
        title: `Article ${index}`,
        body: index === 9 ? 'Parrots are allowed on board.' : `Text ${index}.`,
        url: `https://a.test/${index}`,
      }));
      await api.upsertArticles('s', articles, LIMIT());
      const channel = await api.ensureChannel('c', LIMIT());
      const conversation = await api.createConversation(channel, 'k', LIMIT());
      await fixture.restart();
      assert.equal(fixture.sandbox.port, port);
      assert.equal((await fixture.newBot()).adopted, true);
      const again = fixture.platform.api(bot, key);
      assert.deepEqual(await again.createConversation(channel, 'k', LIMIT()), {
        id: conversation.id,
        adopted: true,
      });
      await eventually(async () => (await again.indexing(LIMIT())).state === 'ready');
      const reply = await again.ask(conversation.id, 'Are parrots allowed?', LIMIT());
      assert.deepEqual(reply.citations, [{ title: 'Article 9', url: 'https://a.test/9' }]);
    } finally {
      await fixture.end();
    }
  });

  it('takes another port when the old one is in use', async () => {
    const fixture = await sandboxFixture();
    try {
      const { port } = fixture.sandbox;
      await fixture.sandbox.stop();
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
      await fixture.restart();
      assert.notEqual(fixture.sandbox.port, port);
      assert.equal((await fixture.manage('GET', '/templates')).status, 200);
      await new Promise((resolve) => squatter.close(resolve));
    } finally {
      await fixture.end();
    }
  });

  it('keeps secrets in files of the user alone', async () => {
    const fixture = await sandboxFixture();
    try {
      await fixture.newKey();
      for (const name of ['account.json', 'keys.json', 'sessions.json']) {
        assert.equal((await stat(join(fixture.dir, name))).mode & 0o777, 0o600, name);
      }
    } finally {
      await fixture.end();
    }
  });

  it('leaves nothing of a deleted bot', async () => {
    const fixture = await sandboxFixture({ delays: { cloneMs: 0, indexMs: 50, answerMs: 50 } });
    try {
      const bot = await fixture.newBot();
      const api = fixture.platform.api(bot, await fixture.newKey());
      await api.ensureSource('s', 'S', LIMIT());
      await api.upsertArticles(
        's',
        [{ id: '1', title: 'T', body: 'Text.', url: 'https://a.test/' }],
        LIMIT(),
      );
      await fixture.platform.deleteBot(bot, LIMIT());
      assert.equal(await fixture.platform.findBot(bot.handle, LIMIT()), undefined);
      await fixture.restart();
      assert.equal(await fixture.platform.findBot(bot.handle, LIMIT()), undefined);
      await assert.rejects(stat(join(fixture.dir, 'bots', bot.id)));
    } finally {
      await fixture.end();
    }
  });
});

describe('faults set in the sandbox', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await sandboxFixture();
  });
  after(() => fixture.end());
  afterEach(() => fixture.faults([]));

  it('fail a number of requests, then let them pass', async () => {
    await fixture.faults([{ method: 'GET', path: '/api/v1/templates', status: 503, times: 2 }]);
    await assert.rejects(fixture.platform.templates(), code('platform-unavailable'));
    await assert.rejects(fixture.platform.templates(), code('platform-unavailable'));
    assert.deepEqual(await fixture.platform.templates(), ['customer-service', 'sales']);
  });

  it('cut connections', async () => {
    await fixture.faults([{ path: '/api/v1/*', drop: true }]);
    await assert.rejects(fixture.platform.templates(), code('network'));
  });

  it('make a clone fail, with its reason', async () => {
    await fixture.faults([{ method: 'CLONE', path: '/bots/broken', status: 500, times: 1 }]);
    await assert.rejects(fixture.newBot('broken'), (error: unknown) => {
      assert.ok(isGreenroomError(error));
      assert.match(error.message, /could not be copied/);
      return error.code === 'platform-unavailable';
    });
    assert.equal((await fixture.newBot('broken')).adopted, false);
  });

  it('make indexing fail, with its reason, while the rest is answered from', async () => {
    const bot = await fixture.newBot('index');
    const api = fixture.platform.api(bot, await fixture.newKey());
    await api.ensureSource('s', 'S', LIMIT());
    await fixture.faults([{ method: 'INDEX', path: '/bots/index/articles/2', status: 500 }]);
    const text = (id: string, body: string) => ({ id, title: `T${id}`, body, url: `https://a.test/${id}` });
    await api.upsertArticles(
      's',
      [text('1', 'Cats sleep.'), text('2', 'Dogs bark.'), text('3', '---')],
      LIMIT(),
    );
    const report = await eventually(async () => {
      const now = await api.indexing(LIMIT());
      return now.state === 'failed' && now;
    });
    assert.deepEqual([report.indexed, report.total], [1, 3]);
    assert.match(report.error ?? '', /2 of 3 articles could not be indexed: "T2" \(internal error 500\)/);
  });

  it('are out of reach unless they were allowed', async () => {
    const closed = await sandboxFixture({ allowFaults: false });
    try {
      assert.equal((await closed.call('PUT', '/_test/faults', [])).status, 404);
    } finally {
      await closed.end();
    }
  });
});
