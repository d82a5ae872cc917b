import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ReadPage } from '../../server/scrape/page.ts';
import { createOfflineWriter } from '../../server/writers/offline/offlineWriter.ts';
import { overlap, shingles } from '../../server/writers/offline/text.ts';
import { actionSchema } from '../../shared/demoSpec.ts';
import { LANTERN, MUEHLE, PLANWELL } from '../fixtures/writerSites.ts';

const writer = createOfflineWriter();
const live = new AbortController().signal;
const input = (company: string, pages: readonly ReadPage[]) => ({
  company,
  website: pages[0]?.url ?? 'https://x.example',
  pages,
});
const CHROME = /cookie|all rights reserved|click here|free trial\]|lorem|accept\b/i;

describe('the offline writer', function () {
  this.timeout(20_000);

  it('describes a company in whole sentences of its own', async () => {
    for (const [company, pages] of [
      ['Planwell', PLANWELL],
      ['The Lantern', LANTERN],
      ['Alte Mühle', MUEHLE],
    ] as const) {
      const text = await writer.description(input(company, pages), live);
      assert.ok(text.includes(company) && /[.!]$/.test(text) && text.length < 700, text);
      assert.ok(text.split(/[.!] /).length >= 2, text);
      assert.doesNotMatch(text, CHROME);
    }
    const german = await writer.description(input('Alte Mühle', MUEHLE), live);
    assert.match(german, /Landhotel mit 24 Zimmern/);
    assert.doesNotMatch(german, /\bthe\b/i);
  });

  it('asks what customers of a software company, a restaurant and a hotel ask', async () => {
    const ask = async (company: string, pages: ReadPage[]) => {
      const questions = await writer.questions(input(company, pages), 30, live);
      return Object.fromEntries(
        questions.map(({ text, expectedUrl }) => [text, new URL(expectedUrl ?? '').pathname]),
      );
    };
    const software = await ask('Planwell', PLANWELL);
    assert.equal(software['Which plans do you offer, and what do they cost?'], '/pricing');
    assert.equal(software['Can I change plans later?'], '/pricing');
    assert.equal(software['How do you keep my data secure?'], '/security');
    assert.equal(software['Which integrations do you support?'], '/integrations');
    assert.equal(software['How do I connect my payroll?'], '/integrations');
    assert.equal(software['Ready to see it?'], undefined, 'a question to the visitor is none of the visitor');
    assert.ok(!Object.values(software).includes('/privacy'));
    const restaurant = await ask('The Lantern', LANTERN);
    assert.equal(restaurant['What are your opening hours?'], '/visit');
    assert.equal(restaurant['Can you accommodate food allergies?'], '/menu');
    assert.equal(restaurant['Is there parking nearby?'], '/visit');
    const hotel = await ask('Alte Mühle', MUEHLE);
    assert.deepEqual(Object.keys(hotel), ['Ist das Frühstück inbegriffen?']);
  });

  it('chooses actions by what the website offers, at least two, each well formed', async () => {
    const names = async (company: string, pages: ReadPage[]) => {
      const actions = await writer.actions(input(company, pages), live);
      for (const action of actions) assert.deepEqual(actionSchema.parse(action), action);
      return actions.map((action) => action.name);
    };
    assert.ok((await names('Planwell', PLANWELL)).includes('Request a demo'));
    assert.ok((await names('The Lantern', LANTERN)).includes('Reserve a table'));
    assert.ok(!(await names('The Lantern', LANTERN)).includes('Check order status'));
    assert.equal((await names('Alte Mühle', MUEHLE)).length, 2);
  });

  it('keeps every fact when it has to write fewer articles', async () => {
    const all = await writer.articles(input('Planwell', PLANWELL), 100, live);
    const few = await writer.articles(input('Planwell', PLANWELL), 4, live);
    assert.ok(all.length > 8 && few.length <= 4, `${all.length} and ${few.length}`);
    const text = few.map((article) => article.body).join('\n');
    for (const fact of [
      '20 minutes',
      '$3 per user',
      '30 days',
      'ISO 27001',
      'SAML',
      '35 days',
      'Personio',
      '2 a.m.',
    ]) {
      assert.ok(text.includes(fact), `${fact} is lost`);
    }
    for (const { title, body } of all) assert.doesNotMatch(`${title}\n${body}`, CHROME);
  });

  it('writes no doubles, names only pages it was given, and gives stable ids, for any selection of pages', async () => {
    const pool = [...PLANWELL, ...LANTERN, ...MUEHLE];
    const selection = fc.shuffledSubarray(pool, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(selection, fc.integer({ min: 1, max: 25 }), async (pages, limit) => {
        const given = input('Planwell', [...pages, ...pages.slice(0, 2)]);
        const articles = await writer.articles(given, limit, live);
        const questions = await writer.questions(given, limit, live);
        const urls = new Set(pages.map((page) => page.finalUrl));
        assert.ok(articles.length <= limit && questions.length <= limit);
        for (const { url, id, title, body } of articles) {
          assert.ok(urls.has(url) && /^[a-z0-9.-]{1,160}$/.test(id) && title !== '' && body !== '', id);
        }
        for (const { expectedUrl } of questions) assert.ok(urls.has(expectedUrl ?? ''));
        assert.equal(new Set(articles.map(({ id }) => id)).size, articles.length);
        assert.equal(new Set(questions.map(({ text }) => text)).size, questions.length);
        const prints = articles.map(({ body }) => shingles(body));
        prints.forEach((one, index) => {
          for (const other of prints.slice(index + 1)) assert.ok(overlap(one, other) < 0.75);
        });
        assert.deepEqual(await writer.articles(given, limit, live), articles);
      }),
      { numRuns: 40 },
    );
    const moved = PLANWELL.map((page) => ({
      ...page,
      finalUrl: page.finalUrl.replace('https://planwell.example', 'http://127.0.0.1:4000'),
    }));
    const ids = async (pages: ReadPage[]) =>
      (await writer.articles(input('Planwell', pages), 50, live)).map(({ id }) => id);
    assert.deepEqual(await ids(moved), await ids(PLANWELL));
  });
});
