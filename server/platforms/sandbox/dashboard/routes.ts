import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Accounts } from '../accounts.ts';
import type { Bots } from '../bots.ts';
import { formBody } from '../http.ts';
import { SandboxProblem } from '../model.ts';
import { ICON, SCRIPT, STYLE } from './assets.ts';
import { botRoutes } from './botRoutes.ts';
import { botsPage, keysPage, loginPage } from './pages.ts';

const WEEK_SECONDS = 7 * 86_400;
const LOGINS = { points: 20, duration: 60 };
const LONGEST_KEY_NAME = 80;
const SHOWN_FOR_MS = 60_000;

/** The dashboard: pages for people, and for browsers that do a person's work. */
export function dashboardRoutes(accounts: Accounts, bots: Bots, signal: AbortSignal): Hono {
  const app = new Hono();
  const logins = new RateLimiterMemory(LOGINS);
  /** Keys made a moment ago, until they have been shown. */
  const madeKeys = new Map<string, { name: string; text: string; until: number }>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      strictTransportSecurity: false,
      referrerPolicy: 'no-referrer',
    }),
  );
  app.get('/assets/style.css', (context) => asset(context, STYLE, 'text/css'));
  app.get('/assets/app.js', (context) => asset(context, SCRIPT, 'text/javascript'));
  app.get('/assets/icon.svg', (context) => asset(context, ICON, 'image/svg+xml'));

  // Cookies know no ports: what keeps a page of another local server from posting here is the origin.
  app.use(csrf({ origin: (origin, context) => origin === new URL(context.req.url).origin }));
  app.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    const { path } = context.req;
    const open = path === '/login' || path.startsWith('/login/once/');
    if (open || accounts.isSession(getCookie(context, cookieName(context)))) return await next();
    if (!/^\/($|bots\b|keys\b|logout$)/.test(path)) return await next();
    if (context.req.method === 'GET' && !(context.req.header('accept') ?? '').includes('application/json')) {
      return context.redirect(`/login?to=${encodeURIComponent(path)}`, 303);
    }
    throw new SandboxProblem(401, 'unauthorized', 'Log in first.');
  });

  app.get('/login', (context) =>
    context.html(loginPage(accounts.account.email, local(context.req.query('to')))),
  );
  app.post('/login', async (context) => {
    const { email, password, to } = await formBody(context);
    const allowed = await logins.consume('login').then(
      () => true,
      () => false,
    );
    const cookie = allowed ? await accounts.logIn(email ?? '', password ?? '') : undefined;
    if (cookie === undefined) {
      const message = allowed ? 'The e-mail or the password is wrong.' : 'Too many tries. Wait a minute.';
      return context.html(loginPage(email ?? '', local(to), message), allowed ? 422 : 429);
    }
    remember(context, cookie);
    return context.redirect(local(to), 303);
  });
  app.get('/login/once/:token', async (context) => {
    const cookie = await accounts.logInOnce(context.req.param('token'));
    if (cookie === undefined) {
      const message = 'This link was used already or is older than a minute. Open the dashboard again.';
      return context.html(loginPage(accounts.account.email, local(context.req.query('to')), message), 403);
    }
    remember(context, cookie);
    return context.redirect(local(context.req.query('to')), 303);
  });
  app.post('/logout', async (context) => {
    const name = cookieName(context);
    const cookie = getCookie(context, name);
    if (cookie !== undefined) await accounts.logOut(cookie);
    deleteCookie(context, name);
    return context.redirect('/login', 303);
  });

  app.get('/', (context) => context.redirect('/bots', 303));
  app.get('/bots', (context) => {
    const query = (context.req.query('q') ?? '').trim();
    const all = bots.list().reverse();
    const fitting = all.filter(({ name, handle, website = '' }) =>
      `${name}\n${handle}\n${website}`.toLowerCase().includes(query.toLowerCase()),
    );
    const notice = context.req.query('done') === 'deleted' ? 'The bot is deleted.' : undefined;
    return context.html(botsPage(fitting, all.length, query, notice));
  });

  app.get('/keys', (context) => {
    const id = context.req.query('made') ?? '';
    const made = madeKeys.get(id);
    madeKeys.delete(id);
    const notice = context.req.query('done') === 'revoked' ? 'The key is revoked.' : undefined;
    return context.html(
      keysPage({ keys: accounts.keys(), made: made && made.until > Date.now() ? made : undefined, notice }),
    );
  });
  app.post('/keys', async (context) => {
    const name = ((await formBody(context)).name ?? '').trim();
    if (name === '' || name.length > LONGEST_KEY_NAME) {
      const error = `The name has 1 to ${LONGEST_KEY_NAME} characters.`;
      return context.html(keysPage({ keys: accounts.keys(), error, name }), 422);
    }
    const { key, text } = await accounts.newKey(name);
    for (const [id, { until }] of madeKeys) if (until < Date.now()) madeKeys.delete(id);
    madeKeys.set(key.id, { name, text, until: Date.now() + SHOWN_FOR_MS });
    return context.redirect(`/keys?made=${key.id}`, 303);
  });
  app.post('/keys/:id/revoke', async (context) => {
    await accounts.revokeKey(context.req.param('id'));
    return context.redirect('/keys?done=revoked', 303);
  });

  botRoutes(app, bots, signal);
  return app;
}

function asset(context: Context, body: string, type: string): Response {
  return context.body(body, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' });
}

/** Cookies are shared by all ports of a host, so that the name tells two platforms apart. */
function cookieName(context: Context): string {
  return `sandbox_session_${new URL(context.req.url).port}`;
}

function remember(context: Context, cookie: string): void {
  setCookie(context, cookieName(context), cookie, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: WEEK_SECONDS,
  });
}

/** A path of this server to go to; anything else becomes the start page. */
function local(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[\w\-./?=&%]*$/.test(to) && !to.startsWith('/login') ? to : '/bots';
}
