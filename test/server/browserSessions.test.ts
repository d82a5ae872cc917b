import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { BrowserSession } from '../../server/browser/backend.ts';
import { createBrowserEngine } from '../../server/browser/engine.ts';
import type { BrowserEngine } from '../../server/browser/engine.ts';
import {
  browsersOf,
  nothingLeft,
  quiet,
  request,
  temporaryState,
  tinySite,
  until,
} from '../harness/browserProcesses.ts';

/** Milliseconds within which "at once" must hold on a busy machine; closing a page by Chromium itself takes longer. */
const AT_ONCE = 250;

describe('browser sessions on a real browser', function () {
  this.timeout(60_000);
  const state = temporaryState();
  let engine: BrowserEngine;
  let site: Awaited<ReturnType<typeof tinySite>>;

  before(async () => {
    site = await tinySite();
    engine = createBrowserEngine({
      stateDir: state.dir,
      settings: () => ({ 'browser.maxPages': 20, 'browser.maxQueue': 3 }),
      logger: quiet,
    });
  });

  afterEach(async () => {
    await engine.closeAll();
    assert.deepEqual(engine.pool(), { capacity: 20, leased: 0, waiting: 0 });
    assert.deepEqual(engine.list(), []);
  });

  after(async () => {
    await engine.dispose();
    await nothingLeft(state.dir);
    await assert.rejects(engine.open(request()), { code: 'draining' });
    assert.equal(engine.info().state, 'absent');
    await site.close();
    state.remove();
  });

  /** Holds all slots but `free`. */
  async function fill(free = 0): Promise<BrowserSession> {
    return engine.open(request({ pages: 20 - free, purpose: 'Fill' }));
  }

  it('starts no browser before the first session', () => {
    assert.deepEqual(engine.info(), { state: 'absent', backend: 'shared', epoch: 0 });
    assert.deepEqual(browsersOf(state.dir), []);
  });

  it('launches one browser for twenty sessions that open at once, each with cookies of its own', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => engine.open(request())));
    assert.equal(browsersOf(state.dir).length, 1);
    assert.equal(browsersOf(state.dir)[0], engine.info().pid);
    assert.equal(engine.info().epoch, 1);
    assert.equal(engine.info().state, 'ready');
    assert.equal(engine.pool().leased, 20);
    const [first, second] = [sessions[0]!, sessions[1]!];
    await first.context.addCookies([{ name: 'a', value: 'b', url: site.url }]);
    assert.deepEqual(await second.context.cookies(), []);
  });

  it('closes with `await using`, and is gone from the list then', async () => {
    {
      await using session = await engine.open(request({ purpose: 'Read' }));
      assert.equal(engine.list()[0]?.id, session.id);
    }
    assert.deepEqual(engine.list(), []);
  });

  it('shows the address of the newest page live', async () => {
    const session = await engine.open(request());
    const page = await session.newPage();
    const shown = new Promise<void>((resolve) => {
      engine.onChange(() => {
        if (engine.list()[0]?.url?.startsWith(site.url)) resolve();
      });
    });
    await page.goto(`${site.url}/?token=abc`);
    await shown;
    assert.equal(engine.list()[0]?.url, `${site.url}/?token=***`);
    assert.equal(engine.list()[0]?.pages, 1);
  });

  it('keeps downloads in the folder of the browser', async () => {
    const session = await engine.open(request());
    const page = await session.newPage();
    await page.setContent('<a download="a.txt" href="data:text/plain,abc">a</a>');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a')]);
    const path = await download.path();
    assert.ok(path.startsWith(state.dir), path);
    assert.equal(readFileSync(path, 'utf8'), 'abc');
  });

  it('refuses a page beyond the slots of the session, and closes popups beyond them', async () => {
    const session = await engine.open(request());
    const page = await session.newPage();
    await assert.rejects(session.newPage(), { code: 'exhausted' });
    await page.evaluate("void window.open('about:blank')");
    await until('the popup is closed', () => session.context.pages().length === 1, 5_000);
    await page.close();
    await session.newPage();
  });

  it('lets sessions wait in order, says why, and lets them in as slots become free', async () => {
    const holder = await fill();
    const first = engine.open(request({ purpose: 'First' }));
    const second = engine.open(request({ purpose: 'Second' }));
    const waiting = engine.list().filter(({ state: is }) => is === 'waiting');
    assert.deepEqual(
      waiting.map(({ purpose, queue }) => [purpose, queue?.position, queue?.reason]),
      [
        ['First', 1, 'all 20 pages are in use'],
        ['Second', 2, '20 of 20 pages are in use and 1 came before it'],
      ],
    );
    await holder.close();
    await Promise.all([first, second]);
    assert.equal(engine.pool().leased, 2);
  });

  it('answers `exhausted` when the wait outlasts its deadline, and `queue-full` beyond the queue', async () => {
    await fill();
    const waits = [100, 20_000, 20_000].map((queueTimeoutMs) => engine.open(request({ queueTimeoutMs })));
    for (const wait of waits) wait.catch(() => undefined);
    await assert.rejects(engine.open(request()), {
      code: 'queue-full',
      data: {
        code: 'queue-full',
        message: 'All 20 pages are in use and 3 sessions wait already.',
        next: 'Try again when some have ended, or raise greenroom.browser.maxQueue.',
        retryable: true,
        facts: { capacity: 20, leased: 20, waiting: 3, maxQueue: 3 },
      },
    });
    await assert.rejects(waits[0]!, (error: { code: string; data: { facts: Record<string, number> } }) => {
      assert.equal(error.code, 'exhausted');
      assert.equal(error.data.facts['leased'], 20);
      return Number(error.data.facts['waitedMs']) >= 100;
    });
    await engine.closeAll();
    for (const wait of waits.slice(1)) await assert.rejects(wait, { code: 'session-closed' });
  });

  it('refuses a session that can never have its pages', async () => {
    for (const pages of [0, 1.5, 21])
      await assert.rejects(engine.open(request({ pages })), { code: 'invalid-input' });
  });

  it('cancels a wait at once', async () => {
    await fill();
    const cancel = new AbortController();
    const opening = engine.open(request({ signal: cancel.signal }));
    assert.equal(engine.pool().waiting, 1);
    cancel.abort();
    await assert.rejects(opening, { code: 'cancelled' });
    assert.equal(engine.pool().waiting, 0);
    await assert.rejects(engine.open(request({ signal: cancel.signal })), { code: 'cancelled' });
  });

  it('cancels an opening at once, and closes the context that comes too late', async () => {
    const other = await fill(1);
    const all = other.context.browser()!;
    const before = all.contexts().length;
    const cancel = new AbortController();
    const opening = engine.open(request({ signal: cancel.signal }));
    opening.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(engine.list().some(({ state: is }) => is === 'opening'));
    cancel.abort();
    await assert.rejects(opening, { code: 'cancelled' });
    assert.equal(engine.pool().leased, 19);
    await (await engine.open(request())).close();
    await until('the late context is closed', () => all.contexts().length === before, 5_000);
  });

  it('cancels a navigation at once and frees the slot', async () => {
    const cancel = new AbortController();
    const session = await engine.open(request({ signal: cancel.signal }));
    const page = await session.newPage();
    const navigating = session.run(() => page.goto(`${site.url}/never`));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    cancel.abort();
    await assert.rejects(navigating, { code: 'cancelled' });
    assert.ok(performance.now() - start < AT_ONCE, `took ${performance.now() - start} ms`);
    await assert.rejects(session.newPage(), { code: 'cancelled' });
    await session.close();
    assert.equal(engine.pool().leased, 0);
  });

  it('keeps the typed reason of the one who cancels', async () => {
    const cancel = new AbortController();
    const session = await engine.open(request({ signal: cancel.signal }));
    const work = session.run(() => new Promise<never>(() => undefined));
    const { GreenroomError } = await import('../../shared/errors.ts');
    cancel.abort(new GreenroomError('draining', 'The server is leaving.', 'Wait.'));
    await assert.rejects(work, { code: 'draining' });
  });

  it('ends a session at its deadline, with what it has open', async () => {
    const session = await engine.open(request({ deadlineMs: 3_000 }));
    const page = await session.newPage();
    await assert.rejects(
      session.run(() => page.goto(`${site.url}/never`)),
      { code: 'deadline' },
    );
    await session.close();
    assert.ok(page.isClosed());
    assert.equal(engine.pool().leased, 0);
  });

  it("ends one session by hand, and only the own tenant's by closeAll", async () => {
    const mine = await engine.open(request({ tenant: 'a' }));
    const theirs = await engine.open(request({ tenant: 'b' }));
    assert.equal(await engine.closeAll('a'), 1);
    await assert.rejects(mine.newPage(), { code: 'session-closed' });
    const work = theirs.run(() => new Promise<never>(() => undefined));
    await Promise.all([assert.rejects(work, { code: 'session-closed' }), engine.close(theirs.id)]);
    await assert.rejects(engine.close(theirs.id), { code: 'not-found' });
  });

  it('ends the session when somebody closes its context', async () => {
    const session = await engine.open(request());
    await session.context.close();
    await until('the lease is gone', () => engine.list().length === 0, 5_000);
    await assert.rejects(session.newPage(), { code: 'session-closed' });
  });

  it('gives short timeouts to actions, and leaves their errors as they are', async () => {
    const session = await engine.open(request());
    const page = await session.newPage();
    await page.goto(site.url);
    const start = performance.now();
    await assert.rejects(
      session.run(() => page.click('#nothing')),
      { name: 'TimeoutError' },
    );
    assert.ok(performance.now() - start < 8_000);
  });

  it('loses only the page when its renderer crashes', async () => {
    const session = await engine.open(request());
    const neighbour = await engine.open(request());
    const [page, other] = [await session.newPage(), await neighbour.newPage()];
    await page.goto(site.url);
    await assert.rejects(
      session.run(() => page.goto('chrome://crash')),
      { code: 'page-crashed' },
    );
    const again = await session.newPage();
    assert.equal((await session.run(() => again.goto(site.url)))?.status(), 200);
    assert.equal((await neighbour.run(() => other.goto(site.url)))?.status(), 200);
    assert.equal(engine.info().epoch, 1);
  });
});
