import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBrowserEngine, type BrowserEngine } from '../../server/browser/engine.ts';
import { crawlSite } from '../../server/scrape/crawl.ts';
import { createExtractor, type Extractor } from '../../server/scrape/extractor.ts';
import { createScrapeJobs } from '../../server/scrape/scrapeJobs.ts';
import { serveSample } from '../../server/sample/serve.ts';
import { isGreenroomError } from '../../shared/errors.ts';

const logger = pino({ level: process.env['LOG'] ?? 'silent' });
const PROSE = 'The workshop repairs bicycles of every make and keeps spare parts for most of them in stock. ';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function html(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`;
}

/** A website of the test's own; counts what is asked of it. */
async function serve(routes: Record<string, string | Handler>) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push(request.url ?? '');
    const route = routes[url.pathname];
    if (typeof route === 'function') route(request, response);
    else {
      response.writeHead(route === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(route ?? html('Not found', '<p>There is nothing at this address, sorry about that.</p>'));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('scraping with a real browser', function () {
  this.timeout(90_000);
  let dir: string;
  let engine: BrowserEngine;
  let extractor: Extractor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'greenroom-scrape-'));
    engine = createBrowserEngine({ stateDir: dir, settings: () => ({}), logger });
    extractor = createExtractor();
  });

  after(async () => {
    await engine.dispose();
    await extractor.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  const open = () => engine.open({ purpose: 'test', owner: 'test', tenant: 'test', pages: 3 });
  const jobs = () => createScrapeJobs({ browsers: engine, extractor, dir: join(dir, 'results'), logger });
  const scrape = async (url: string, timeoutMs = 30_000) => {
    const scraper = jobs();
    return scraper.wait(scraper.start({ url, timeoutMs }, 'test'));
  };

  it('reads all ten pages of the sample website, the one drawn by JavaScript included', async () => {
    const site = await serveSample();
    after(() => site.stop());
    await using session = await open();
    const progress: string[] = [];
    const { pages, failed } = await crawlSite(session, extractor, logger, {
      url: site.url,
      maxPages: 12,
      signal: new AbortController().signal,
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    assert.deepEqual(failed, []);
    assert.equal(pages.length, 10);
    assert.equal(progress.at(-1), '10/10');
    const faq = pages.find((page) => page.url.endsWith('/faq.html'));
    assert.match(faq?.markdown ?? '', /### Do gift cards expire\?\n\nNo\. Gift cards come by e-mail/);
    const shipping = pages.find((page) => page.url.endsWith('/shipping.html'));
    assert.match(shipping?.markdown ?? '', /\| Express \| United States \| 1 to 2 business days \| \$14 \|/);
    for (const page of pages) assert.doesNotMatch(page.text, /invented company/, page.url);
  });

  it('survives a website full of bad pages and reads each good one once', async () => {
    const links = [
      ['/good?utm_source=mail&a=1', 'Good'],
      ['/good?a=1&fbclid=2#part', 'Good again'],
      ['/loop', 'Loop'],
      ['/spin', 'Spin'],
      ['/stuck', 'Stuck'],
      ['/gone', 'Gone'],
      ['/broken', 'Broken'],
      ['/paper', 'Paper'],
      ['/vault', 'Vault'],
      ['/private/area', 'Secret'],
      ['/brochure.pdf', 'Brochure'],
      ['/moved', 'Moved'],
      ['javascript:alert(1)', 'Script'],
      ['mailto:care@example.com', 'Mail'],
      ['http://elsewhere.example/', 'Elsewhere'],
    ];
    const home = links.map(([href, text]) => `<li><a href="${href}">${text}</a></li>`).join('');
    await using site = await serve({
      '/robots.txt': (_request, response) => response.end('User-agent: *\nDisallow: /private/\n'),
      '/': html('Spoke & Co', `<main><h1>Spoke</h1><p>${PROSE.repeat(4)}</p><ul>${home}</ul></main>`),
      '/good': html('Good', `<main><h1>Repairs</h1><p>${PROSE.repeat(3)} Good.</p></main>`),
      '/moved': (_request, response) => response.writeHead(302, { location: '/good?a=1' }).end(),
      '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
      '/spin': html('Spin', '<p>Spin</p><script>location.href = "/spin?" + Math.random();</script>'),
      '/stuck': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.write('<html><body><p>This never ends');
      },
      '/broken': `<p>Broken but read: ${PROSE}<table><tr><td>cell<b></i><div></table></p></main></div>`,
      '/paper': (_request, response) =>
        response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.4'),
      '/vault': html('Log in', '<form><input name="u"><input type="password"><button>Log in</button></form>'),
      '/private/area': html('Secret', `<p>${PROSE}</p>`),
    });
    await using session = await open();
    const { pages, failed } = await crawlSite(session, extractor, logger, {
      url: site.url,
      maxPages: 20,
      pageTimeoutMs: 4_000,
      signal: new AbortController().signal,
    });
    const paths = pages.map((page) => new URL(page.url).pathname).sort();
    assert.deepEqual(paths, ['/', '/broken', '/good']);
    const reasons = new Map(failed.map(({ url, reason }) => [new URL(url).pathname, reason]));
    assert.match(reasons.get('/loop') ?? '', /redirects in a circle/);
    assert.match(reasons.get('/spin') ?? '', /redirects in a circle|in time/);
    assert.match(reasons.get('/stuck') ?? '', /in time/);
    assert.match(reasons.get('/gone') ?? '', /no such page \(status 404\)/);
    assert.match(reasons.get('/paper') ?? '', /not a web page|file to download/);
    assert.match(reasons.get('/vault') ?? '', /only after log-in/);
    assert.ok(
      !site.asked.some((path) => /private|brochure/.test(path)),
      'forbidden and unreadable files are not asked for',
    );
    assert.doesNotMatch(pages[0]?.markdown ?? '', /javascript:/);
  });

  it('says in a typed error why a home page could not be read', async () => {
    await using site = await serve({
      '/robots.txt': (_request, response) => response.end('User-agent: *\nDisallow: /'),
    });
    const cases = [
      ['http://127.0.0.1:9/', 'network'],
      ['http://no-such-host.invalid/', 'network'],
      [`${site.url}/`, 'unauthorized'],
      ['ftp://example.com/', 'invalid-input'],
    ] as const;
    await using session = await open();
    for (const [url, code] of cases) {
      await assert.rejects(
        crawlSite(session, extractor, logger, { url, maxPages: 3, signal: new AbortController().signal }),
        (error: unknown) => isGreenroomError(error) && error.code === code && error.data.next !== '',
        url,
      );
    }
  });

  it('ends a crawl at once when it is cancelled, and at its deadline with what it has', async () => {
    await using site = await serve({
      '/': html(
        'Spoke',
        `<main><p>${PROSE.repeat(3)}</p><a href="/slow">Help</a><a href="/slower">FAQ</a></main>`,
      ),
      '/slow': () => undefined,
      '/slower': () => undefined,
    });
    await using session = await open();
    const abort = new AbortController();
    const cancelled = crawlSite(session, extractor, logger, {
      url: site.url,
      maxPages: 5,
      signal: abort.signal,
      onProgress: () => {
        setImmediate(() => abort.abort());
      },
    });
    await assert.rejects(
      cancelled,
      (error: unknown) => isGreenroomError(error) && error.code === 'cancelled',
    );
    const started = performance.now();
    const crawl = await crawlSite(session, extractor, logger, {
      url: site.url,
      maxPages: 5,
      deadlineMs: 5_000,
      signal: new AbortController().signal,
    });
    assert.equal(crawl.pages.length, 1);
    assert.equal(crawl.failed.length, 2);
    assert.ok(performance.now() - started < 9_000);
  });

  it('tells apart what became of a single page', async () => {
    await using site = await serve({
      '/ok': html('Opening hours | Spoke', `<main><h1>Opening hours</h1><p>${PROSE}</p></main>`),
      '/late': html(
        'Late',
        `<main id=m></main><script>setTimeout(() => { m.innerHTML = '<h1>Late</h1><p>${PROSE}</p>' }, 400)</script>`,
      ),
      '/empty': html('', ''),
      '/denied': (_request, response) => response.writeHead(403).end('no'),
      '/busy': (_request, response) => response.writeHead(429).end('slow down'),
      '/check': html('Just a moment...', '<p>Verify you are human by completing the action below.</p>'),
      '/file': (_request, response) =>
        response
          .writeHead(200, {
            'content-type': 'application/zip',
            'content-disposition': 'attachment; filename=a.zip',
          })
          .end('PK'),
      '/error': (_request, response) => response.writeHead(500).end('oops'),
    });
    const expected = {
      ok: 'ok',
      late: 'ok',
      empty: 'empty',
      denied: 'blocked',
      busy: 'blocked',
      check: 'blocked',
      file: 'unsupported-type',
      error: 'network-error',
      missing: 'not-found',
    };
    for (const [path, outcome] of Object.entries(expected)) {
      const result = await scrape(`${site.url}/${path}`);
      assert.equal(result.outcome, outcome, `${path}: ${result.warnings.join()}`);
      if (outcome === 'ok')
        assert.match(result.markdown ?? '', /# (Opening hours|Late)\n\nThe workshop repairs/);
      else assert.match(result.warnings[0] ?? '', /^\S.*\.$/);
    }
    const refused = await scrape('http://127.0.0.1:9/x');
    assert.equal(refused.outcome, 'network-error');
  });

  it('writes a huge result to a file instead of sending it', async () => {
    const rows = Array.from({ length: 4_000 }, (_, index) => `<p>Row ${index}: ${PROSE}</p>`).join('');
    await using site = await serve({ '/': html('Huge', `<main><h1>Huge</h1>${rows}</main>`) });
    const result = await scrape(`${site.url}/`, 60_000);
    assert.equal(result.outcome, 'ok');
    assert.equal(result.markdown, undefined);
    const markdown = await readFile(result.markdownPath ?? '', 'utf8');
    assert.match(markdown, /Row 3999: The workshop/);
  });

  it('cancels a job, lists it as cancelled, and refuses bad input', async () => {
    let asked = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    await using site = await serve({ '/': () => asked() });
    const scraper = jobs();
    const id = scraper.start({ url: site.url }, 'test');
    const ended = assert.rejects(
      scraper.wait(id),
      (error: unknown) => isGreenroomError(error) && error.code === 'cancelled',
    );
    await arrived;
    assert.equal(scraper.active(), 1);
    scraper.cancel(id);
    await ended;
    assert.equal(scraper.list()[0]?.status, 'cancelled');
    assert.equal(scraper.active(), 0);
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'nonsense', '']) {
      assert.throws(
        () => scraper.start({ url }, 'test'),
        (error: unknown) => isGreenroomError(error) && error.code === 'invalid-input',
      );
    }
    assert.throws(
      () => scraper.cancel('nope'),
      (error: unknown) => isGreenroomError(error) && error.code === 'not-found',
    );
    await scraper.dispose();
  });
});
