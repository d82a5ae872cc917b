import assert from 'node:assert/strict';
import { type Browser, chromium, type Page } from 'playwright';
import { isGreenroomError } from '../../shared/errors.ts';
import type { BotRef, Dashboard, ImportableAction } from '../../server/platforms/platform.ts';
import {
  closedUrl,
  eventually,
  type Fixture,
  LIMIT,
  type LocalServer,
  sandboxFixture,
  serve,
} from './sandboxFixture.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const code = (expected: string, words: RegExp) => (error: unknown) => {
  assert.ok(isGreenroomError(error), String(error));
  assert.equal(error.code, expected);
  assert.match(error.message, words);
  return true;
};

function website(request: { url?: string | undefined }): string {
  const page = (title: string, text: string): string =>
    `<!doctype html><html lang="en"><title>${title}</title><body><nav><a href="/">Home</a></nav><main><h1>${title}</h1>${text}</main></body></html>`;
  if (request.url === '/hours') return page('Opening hours', '<p>We are open from 9 to 17 every day.</p>');
  return page(
    'Acme',
    '<p>Acme makes anvils.</p><a href="/hours">Hours</a> <a href="http://127.0.0.2/">Elsewhere</a>',
  );
}

describe('the sandbox dashboard in a browser', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let site: LocalServer;
  let browser: Browser;
  let page: Page;
  let bot: BotRef;
  let dashboard: Dashboard;
  const problems: string[] = [];

  const action = (name: string): ImportableAction => ({
    name,
    description: 'Looks up an order.',
    method: 'GET',
    path: '/orders/{id}',
    url: `${site.url}/orders/{id}`,
    inputs: [{ name: 'id', type: 'string', description: '', required: true }],
    outputs: [{ name: 'status', type: 'string', description: '', required: true }],
  });

  before(async () => {
    fixture = await sandboxFixture();
    site = await serve((request, response) => {
      response.statusCode = request.url === '/robots.txt' ? 404 : 200;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(website(request));
    });
    bot = await fixture.newBot('acme', `${site.url}/`);
    dashboard = fixture.platform.dashboard(bot);
    const executablePath = process.env['GREENROOM_TEST_BROWSER'] ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: ARGS });
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) problems.push(message.text());
    });
    await dashboard.logIn(page, LIMIT());
  });
  after(async () => {
    await browser.close();
    await fixture.end();
    await site.close();
  });
  afterEach(async () => {
    await fixture.faults([]);
    assert.deepEqual(problems.splice(0), []);
  });

  it('stays logged in', async () => {
    const before = page.url();
    await dashboard.logIn(page, LIMIT());
    assert.equal(page.url(), before);
  });

  it('makes a key that works and is shown once', async () => {
    const key = await dashboard.createApiKey(page, '<b>Key</b>', LIMIT());
    assert.match(key, /^[0-9a-f]{40}$/);
    await fixture.platform.api(bot, key).indexing(LIMIT());
    await page.reload();
    assert.ok(!(await page.content()).includes(key));
    await page.getByRole('cell', { name: '<b>Key</b>' }).first().waitFor();
  });

  it('adds a website, which the bot then knows', async () => {
    await dashboard.addWebsiteSource(page, 'Website', `${site.url}/`, LIMIT());
    await page.getByText('ready', { exact: true }).first().waitFor();
    const chat = fixture.platform.webChat(bot);
    const { conversationId } = await chat.open(LIMIT());
    const reply = await eventually(async () => {
      const now = await chat.ask(conversationId, 'When are you open?', LIMIT());
      return now.citations.length > 0 && now;
    });
    assert.match(reply.text, /We are open from 9 to 17 every day\./);
    assert.equal(reply.citations[0]?.url, `${site.url}/hours`);
    await assert.rejects(
      dashboard.addWebsiteSource(page, 'Again', `${site.url}/`, LIMIT()),
      code('conflict', /is a source already/),
    );
  });

  it('refuses a website that cannot be reached or is none, with its reason', async () => {
    const add = (url: string) => dashboard.addWebsiteSource(page, 'X', url, LIMIT());
    await assert.rejects(add(await closedUrl()), code('platform-rejected', /connection refused/));
    await assert.rejects(add('ftp://x.test'), code('platform-rejected', /http or https address/));
  });

  it('imports an action, and again in place of the first', async () => {
    await dashboard.importAction(page, action('Order "status" <script>'), LIMIT());
    await dashboard.importAction(page, action('Order "status" <script>'), LIMIT());
    const list = page.getByRole('list', { name: 'Actions' });
    assert.equal(await list.getByText('Order "status" <script>', { exact: true }).count(), 1);
  });

  it('says what is wrong with an action', async () => {
    const wrong = { ...action('Broken'), outputs: [] };
    await assert.rejects(dashboard.importAction(page, wrong, LIMIT()), code('platform-rejected', /outputs/));
  });

  it('answers in its own chat box', async () => {
    await page.goto(bot.url);
    await page.getByRole('textbox', { name: 'Message' }).fill('Who are you?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByRole('log')
      .getByText('I am the virtual assistant of Acme Corp.', { exact: false })
      .last()
      .waitFor();
  });

  it('is reported as changed when a page lacks what a task looks for', async () => {
    await fixture.faults([
      { method: 'GET', path: '/keys', html: '<title>New look</title><p>Welcome to the new keys.' },
    ]);
    await assert.rejects(
      dashboard.createApiKey(page, 'x', LIMIT()),
      code('page-changed', /\/keys does not show the button "New API key"/),
    );
  });

  it('is reported as unavailable when a page or a form fails, or the connection is cut', async () => {
    await fixture.faults([{ method: 'GET', path: '/bots/acme', status: 500, times: 1 }]);
    const add = () => dashboard.addWebsiteSource(page, 'X', `${site.url}/hours`, LIMIT());
    await assert.rejects(add(), code('platform-unavailable', /answered 500/));
    await fixture.faults([{ method: 'POST', path: '/bots/acme/sources/website', status: 503 }]);
    await assert.rejects(add(), code('platform-unavailable', /wrong on our side/));
    await fixture.faults([{ path: '/bots/acme', drop: true }]);
    await assert.rejects(add(), code('platform-unavailable', /cannot be reached/));
  });

  it('leaves a task at once when it is cancelled', async () => {
    await fixture.faults([{ path: '/keys', delayMs: 30_000 }]);
    const abort = new AbortController();
    const reason = new Error('cancelled by the test');
    const making = dashboard.createApiKey(page, 'x', abort.signal);
    setTimeout(() => abort.abort(reason), 100);
    const started = Date.now();
    await assert.rejects(making, reason);
    assert.ok(Date.now() - started < 3_000);
  });

  it('logs in by a link once', async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    const link = fixture.sandbox.loginUrl('/bots/acme');
    await other.goto(link);
    assert.equal(other.url(), bot.url);
    await context.clearCookies();
    assert.equal((await other.goto(link))?.status(), 403);
    await context.close();
  });

  it('finds bots and deletes one after asking', async () => {
    await fixture.newBot('to-delete');
    await page.goto(`${fixture.sandbox.url}/bots?q=to-delete`);
    await page.getByRole('link', { name: 'Acme Corp' }).click();
    await page.getByRole('button', { name: 'Delete bot' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('The bot is deleted.').waitFor();
    await page.goto(`${fixture.sandbox.url}/bots?q=to-delete`);
    await page.getByText('No bot fits').waitFor();
  });
});

describe('the sandbox dashboard under misuse', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await sandboxFixture();
    await fixture.newBot();
  });
  after(() => fixture.end());

  it('asks for a log-in, and goes nowhere else afterwards', async () => {
    const asked = await fixture.call('GET', '/keys');
    assert.deepEqual([asked.status, asked.headers.get('location')], [303, '/login?to=%2Fkeys']);
    const body = { email: fixture.sandbox.account.email, password: fixture.sandbox.account.password };
    for (const to of ['//evil.test', 'https://evil.test', '/\\evil.test']) {
      const reply = await fixture.form('/login', { ...body, to });
      assert.equal(reply.headers.get('location'), '/bots', to);
    }
    const cookie = (await fixture.form('/login', { ...body, to: '/' })).headers.get('set-cookie') ?? '';
    assert.match(cookie, /HttpOnly; SameSite=Lax/);
  });

  it('refuses a wrong password, and everything after too many tries', async () => {
    const statuses = new Set<number>();
    for (let tries = 0; tries < 25; tries++) {
      statuses.add(
        (await fixture.form('/login', { email: 'demo@sandbox.test', password: `wrong ${tries}` })).status,
      );
    }
    assert.deepEqual([...statuses], [422, 429]);
  });

  it('refuses forms that another origin sends', async () => {
    for (const origin of ['http://evil.test', 'http://127.0.0.1:1', 'null']) {
      const reply = await fixture.form('/keys', { name: 'stolen' }, { origin });
      assert.equal(reply.status, 403, origin);
    }
    assert.ok(!String((await fixture.show('/keys')).body).includes('stolen'));
  });

  it('shows names as text, and loads nothing from elsewhere', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    await fixture.manage('POST', '/clone', { template: 'customer-service', handle: 'evil', name: evil });
    await eventually(() => fixture.platform.findBot('evil', LIMIT()));
    for (const path of ['/bots', '/bots/evil', `/bots?q=${encodeURIComponent(evil)}`]) {
      const { body, headers } = await fixture.show(path);
      assert.ok(!String(body).includes('<img'), path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
    }
  });

  it('has a page for what does not exist', async () => {
    for (const path of ['/bots/none', '/nowhere', '/bots/%2e%2e%2faccount.json']) {
      assert.equal((await fixture.show(path)).status, 404, path);
    }
  });

  it('forgets the session on log-out', async () => {
    const cookie = await fixture.logIn();
    await fixture.form('/logout', {}, { cookie });
    assert.equal((await fixture.call('GET', '/bots', undefined, { cookie })).status, 303);
  });
});
