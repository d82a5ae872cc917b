import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { createExtractor } from '../../server/scrape/extractor.ts';
import { extract } from '../../server/scrape/extract.ts';
import { isGreenroomError } from '../../shared/errors.ts';

const URL_ = 'https://acme.example/help/page';
const PROSE = 'Acme repairs bicycles of every make and keeps the spare parts for most of them. ';
const page = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><title>Help | Acme</title>${head}</head><body>${body}</body></html>`;

describe('extraction', function () {
  this.timeout(20_000);

  it('keeps an article and leaves out what surrounds it', () => {
    const result = extract(
      page(`<div class="topbar"><a href="/">Acme</a><a href="/shop">Shop</a></div><div class="sidebar"><a href="/x">Related post</a></div>
        <div class="content"><h1>Care for your chain</h1><p>${PROSE.repeat(5)}</p><h2>Cleaning</h2><p>${PROSE.repeat(4)}</p></div>
        <div id="cookie-consent">We use cookies. <button>Accept</button></div><footer>Copyright</footer>`),
      URL_,
    );
    assert.match(result.markdown, /^# Care for your chain\n\nAcme repairs/);
    assert.match(result.markdown, /\n## Cleaning\n/);
    assert.doesNotMatch(result.markdown, /cookies|Copyright|Related|Accept/);
    assert.ok(result.anchors.some((anchor) => anchor.url === 'https://acme.example/shop'));
  });

  it('keeps the structure of a product list, linking the names instead of whole cards', () => {
    const card = (name: string) =>
      `<li><a href="/p/${name}"><img src="/i.png" alt="${name}"><h3>${name}</h3><p>$12</p></a></li>`;
    const { markdown } = extract(
      page(`<main><h1>Bells</h1><ul>${card('Ding')}${card('Dong')}</ul></main>`),
      URL_,
    );
    assert.match(markdown, /### \[Ding\]\(https:\/\/acme\.example\/p\/Ding\)\n\n\$12/);
    assert.match(markdown, /### \[Dong\]/);
    assert.match(markdown, /!\[Ding\]\(https:\/\/acme\.example\/i\.png\)/);
  });

  it('keeps hidden answers of a FAQ and turns its buttons, summaries and terms into headings', () => {
    const { markdown } = extract(
      page(`<main><h1>FAQ</h1>
        <div><button aria-expanded="false" aria-controls="a1">Do you deliver on Sundays?</button><div id="a1" hidden>Only in June.</div></div>
        <details><summary>Can I pay by card?</summary><p>Yes, by any card.</p></details>
        <dl><dt>Is parking free?</dt><dd>For two hours.</dd></dl>
        <div style="display:none">Secret leftovers</div><div data-greenroom-hidden>Mobile menu</div></main>`),
      URL_,
    );
    assert.match(markdown, /### Do you deliver on Sundays\?\n\nOnly in June\./);
    assert.match(markdown, /### Can I pay by card\?\n\nYes, by any card\./);
    assert.match(markdown, /### Is parking free\?\n\nFor two hours\./);
    assert.doesNotMatch(markdown, /leftovers|Mobile menu/);
  });

  it('keeps tables, nested lists and code, and drops links that are none', () => {
    const { markdown, anchors, canonical } = extract(
      page(
        `<main><h1>Rates</h1><table><tr><th>Zone</th><th>Price</th></tr><tr><td>North</td><td>$5</td></tr></table>
        <ul><li>One<ul><li>Inner</li></ul></li></ul><pre><code class="language-sh">npm  start</code></pre>
        <p><a href="javascript:void(0)">Script</a> <a href=" JaVaScRiPt:alert(1)">Other</a> <a href="../up?x=1#y">Up</a></p></main>`,
        '<link rel="canonical" href="/rates/?utm_source=x"><base href="https://acme.example/deep/er/">',
      ),
      URL_,
    );
    assert.match(markdown, /\| Zone \| Price \|\n\| --- \| --- \|\n\| North \| \$5\s*\|/);
    assert.match(markdown, /- One\n\s+- Inner/);
    assert.match(markdown, /```sh\nnpm {2}start\n```/);
    assert.match(markdown, /Script Other \[Up\]\(https:\/\/acme\.example\/deep\/up\?x=1#y\)/);
    assert.doesNotMatch(markdown, /javascript:/i);
    assert.deepEqual(
      anchors.map((anchor) => anchor.url),
      ['https://acme.example/deep/up?x=1'],
    );
    assert.equal(canonical, 'https://acme.example/rates');
  });

  it('never throws, whatever the HTML', () => {
    const pieces = [
      '<div>',
      '</div>',
      '<table>',
      '<tr>',
      '<td',
      '<a href="',
      '">',
      '<!--',
      '<svg>',
      '</p>',
      '<h1>',
      'text ',
      '&#x0;',
      '<main>',
      '<body>',
      '<html>',
      '<template>',
      '<li>',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
        const { markdown, text } = extract(parts.join(''), URL_);
        assert.equal(typeof markdown + typeof text, 'stringstring');
      }),
      { numRuns: 150 },
    );
    const deep = extract(`${'<div>'.repeat(5_000)}${PROSE}`, URL_);
    assert.match(deep.text, /Acme repairs/);
  });
});

describe('the extractor', function () {
  this.timeout(20_000);

  it('works in threads, several pages after each other in the same one, and ends them when idle', async () => {
    const extractor = createExtractor({ size: 1, idleMs: 50 });
    assert.equal(extractor.workers(), 0);
    const titles = await Promise.all(
      ['One', 'Two', 'Three'].map((title) =>
        extractor.extract(`<title>${title}</title><p>${PROSE}</p>`, URL_),
      ),
    );
    assert.deepEqual(
      titles.map(({ title }) => title),
      ['One', 'Two', 'Three'],
    );
    assert.equal(extractor.workers(), 1);
    for (let turn = 0; extractor.workers() > 0 && turn < 500; turn++)
      await new Promise((next) => setTimeout(next, 10));
    assert.equal(extractor.workers(), 0);
    await extractor.dispose();
  });

  it('kills a stuck worker at its deadline or on abort, reports a crashed one, and goes on with a new one', async () => {
    const stuck = join(import.meta.dirname, '../fixtures/stuckWorker.mjs');
    const extractor = createExtractor({ size: 1, timeoutMs: 1_500, workerPath: stuck });
    const code = (expected: string) => (error: unknown) => isGreenroomError(error) && error.code === expected;
    await assert.rejects(extractor.extract('hang', URL_), code('deadline'));
    const abort = new AbortController();
    const aborted = extractor.extract('hang', URL_, abort.signal);
    const queued = extractor.extract('echo', URL_);
    abort.abort();
    await assert.rejects(aborted, code('cancelled'));
    assert.equal((await queued).title, 'echo');
    await assert.rejects(extractor.extract('crash', URL_), code('internal'));
    assert.equal((await extractor.extract('echo', URL_)).title, 'echo');
    const left = extractor.extract('hang', URL_);
    const ended = assert.rejects(left, code('cancelled'));
    await extractor.dispose();
    await ended;
    await assert.rejects(extractor.extract('echo', URL_), code('cancelled'));
  });
});
