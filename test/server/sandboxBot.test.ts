import assert from 'node:assert/strict';
import { isGreenroomError } from '../../shared/errors.ts';
import { callAction } from '../../server/platforms/sandbox/callAction.ts';
import { actionInputSchema } from '../../server/platforms/sandbox/model.ts';
import type { BotApi, BotRef } from '../../server/platforms/platform.ts';
import {
  closedUrl,
  eventually,
  type Fixture,
  LIMIT,
  type LocalServer,
  sandboxFixture,
  serve,
} from './sandboxFixture.ts';

const ORDER = {
  name: 'getOrderStatus',
  description: 'Looks up where an order is. Use when a customer asks about their order.',
  path: '/orders/{orderNumber}',
  inputs: [{ name: 'orderNumber', example: 'A-1042' }],
  outputs: [{ name: 'status' }, { name: 'deliveryDate' }],
};

describe('a sandbox bot', () => {
  let fixture: Fixture;
  let shop: LocalServer;
  let bot: BotRef;
  let api: BotApi;
  let conversation: string;

  before(async () => {
    fixture = await sandboxFixture();
    shop = await serve((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.statusCode = request.url === '/orders/A-9999' ? 404 : 200;
      response.end(JSON.stringify({ order: { status: 'in_transit', deliveryDate: '2026-11-24' } }));
    });
    bot = await fixture.newBot();
    const key = await fixture.newKey();
    api = fixture.platform.api(bot, key);
    await api.describeBot('Acme makes anvils.', LIMIT());
    await api.ensureSource('s', 'S', LIMIT());
    const body = 'You may return an anvil within 30 days. Keep the receipt.';
    await api.upsertArticles(
      's',
      [{ id: '1', title: 'Returns', body, url: 'https://a.test/returns' }],
      LIMIT(),
    );
    const headers = { authorization: `Bearer ${key}` };
    const action = { ...ORDER, url: `${shop.url}/orders/{orderNumber}` };
    assert.equal((await fixture.call('POST', `/api/v1/bots/${bot.id}/actions`, action, headers)).status, 201);
    await eventually(async () => (await api.indexing(LIMIT())).state === 'ready');
  });
  after(async () => {
    await fixture.end();
    await shop.close();
  });
  beforeEach(async () => {
    const channel = await api.ensureChannel('tests', LIMIT());
    conversation = (await api.createConversation(channel, String(Math.random()), LIMIT())).id;
  });
  const ask = (text: string) => api.ask(conversation, text, LIMIT());

  it('answers from the right article and cites it', async () => {
    const reply = await ask('Can I send something back?');
    assert.equal(reply.text, 'You may return an anvil within 30 days. Keep the receipt.');
    assert.deepEqual(reply.citations, [{ title: 'Returns', url: 'https://a.test/returns' }]);
  });

  it('calls the action that fits and puts the result in words', async () => {
    const reply = await ask('Where is my order A-1042?');
    assert.equal(reply.text, 'The status is in transit and the delivery date is 24 November 2026.');
    assert.equal(reply.action?.request, `GET ${shop.url}/orders/A-1042`);
    assert.equal(reply.action?.status, 200);
    assert.equal(shop.requests.at(-1)?.request.url, '/orders/A-1042');
  });

  it('asks for what it needs, then calls', async () => {
    assert.match((await ask('Where is my order?')).text, /What is the order number \(for example A-1042\)\?/);
    assert.equal((await ask('It is A-77.')).action?.request, `GET ${shop.url}/orders/A-77`);
  });

  it('lets the customer change the subject instead', async () => {
    await ask('Where is my order?');
    assert.equal((await ask('Sorry, what is your return policy?')).citations[0]?.title, 'Returns');
  });

  it('says that the system knows nothing of it', async () => {
    assert.match(
      (await ask('Where is my order A-9999?')).text,
      /could not find anything for order number A-9999/,
    );
  });

  it('says honestly that it does not know, and what it can help with', async () => {
    const reply = await ask('Who won the world cup?');
    assert.match(reply.text, /^I do not have an answer to that\. I can help you with:\n- Returns/);
    assert.deepEqual(reply.citations, []);
  });

  it('greets, thanks and tells who it is', async () => {
    assert.match((await ask('Hi!')).text, /virtual assistant of Acme Corp/);
    assert.match((await ask('thank you')).text, /You are welcome/);
    assert.match((await ask('What can you do?')).text, /Acme makes anvils\./);
  });

  it('answers the messages of a conversation in their order', async () => {
    const replies = await Promise.all([ask('Hi'), ask('What is your return policy?'), ask('thanks')]);
    assert.deepEqual(
      replies.map(({ citations }) => citations.length),
      [0, 1, 0],
    );
  });

  it('talks to visitors of its web chat without a key, and shows them no other conversation', async () => {
    const chat = fixture.platform.webChat(bot);
    const { conversationId, greeting } = await chat.open(LIMIT());
    assert.match(greeting, /Acme Corp/);
    assert.equal((await chat.ask(conversationId, 'return policy?', LIMIT())).citations.length, 1);
    await assert.rejects(
      chat.ask(conversation, 'Hi', LIMIT()),
      (error: unknown) => isGreenroomError(error) && error.code === 'not-found',
    );
  });

  it('stops waiting for an answer at once when cancelled', async () => {
    await fixture.faults([{ method: 'ANSWER', path: '**', delayMs: 20_000 }]);
    const reason = new Error('cancelled by the test');
    const abort = new AbortController();
    const asking = api.ask(conversation, 'Hi', abort.signal);
    setTimeout(() => abort.abort(reason), 50);
    await assert.rejects(asking, reason);
    await fixture.faults([]);
  });
});

describe('an action that goes wrong', () => {
  const call = async (server: LocalServer | string, timeoutMs?: number) => {
    const url = typeof server === 'string' ? server : `${server.url}/x`;
    const input = actionInputSchema.parse({ ...ORDER, method: 'POST', url });
    const action = { ...input, id: '1', createdAt: '', updatedAt: '' };
    return await callAction(action, { orderNumber: 'A 1' }, LIMIT(), timeoutMs);
  };

  it('is down', async () => {
    const { called, words } = await call(await closedUrl());
    assert.equal(called.status, 0);
    assert.match(words, /cannot be reached/);
  });

  it('is slow', async () => {
    const server = await serve(() => undefined);
    assert.match((await call(server, 100)).words, /did not answer within 0\.1 seconds/);
    assert.equal(server.requests[0]?.body, '{"orderNumber":"A 1"}');
    await server.close();
  });

  const answers: readonly (readonly [string, number, string, RegExp])[] = [
    ['fails', 500, '{}', /answered with an error \(500\)/],
    ['answers garbage', 200, '<html>', /something I cannot read/],
    ['answers nothing', 204, '', /^Done: get order status\.$/],
    ['answers an empty list', 200, '[]', /found nothing that fits/],
    [
      'answers a list',
      200,
      '[{"status":"a"},{"status":"b"}]',
      /^Here is what I found:\n- status: a\n- status: b$/,
    ],
    ['answers without end', 200, `"${'x'.repeat(2_000_000)}"`, /something I cannot read/],
  ];
  for (const [what, status, body, words] of answers) {
    it(what, async () => {
      const server = await serve((_request, response) => {
        response.statusCode = status;
        response.end(body);
      });
      try {
        assert.match((await call(server)).words, words);
      } finally {
        await server.close();
      }
    });
  }
});
