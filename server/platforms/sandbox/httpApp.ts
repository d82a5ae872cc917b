import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Accounts } from './accounts.ts';
import { apiRoutes, type RateLimits } from './api.ts';
import type { Bots } from './bots.ts';
import { chatRoutes } from './chatApi.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { problemPage } from './dashboard/layout.ts';
import { type Faults, faultSchema } from './faults.ts';
import { bodyAs, envelope } from './http.ts';
import { SandboxProblem } from './model.ts';

export interface AppOptions {
  accounts: Accounts;
  bots: Bots;
  logger: Logger;
  /** Present when tests may set what goes wrong. */
  faults: Faults | undefined;
  limits: RateLimits;
  baseUrl: () => string;
  /** Aborts when the platform stops. */
  signal: AbortSignal;
}

/** The platform's HTTP surface: the REST API, the dashboard and, for tests, the faults. */
export function createApp(options: AppOptions): Hono {
  const { accounts, bots, logger, faults, limits, baseUrl, signal } = options;
  const app = new Hono();

  // A page of another origin that resolves its own name to this machine has another Host.
  app.use(async (context, next) => {
    const host = context.req.header('host') ?? '';
    const { port } = new URL(baseUrl());
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
      return context.json(envelope('misdirected_request', 'This server answers for 127.0.0.1 only.'), 421);
    }
    return await next();
  });

  if (faults !== undefined) {
    app.get('/_test/faults', (context) => context.json({ data: faults.list() }));
    app.put('/_test/faults', async (context) => {
      faults.set(await bodyAs(context, z.array(faultSchema).max(100)));
      return context.body(null, 204);
    });
    app.use(async (context, next) => {
      const met = await faults.meet(context.req.method, context.req.path, signal);
      if (met?.drop === true) {
        (context.env as HttpBindings).incoming.socket.destroy();
        return new Response(null);
      }
      if (met?.status !== undefined) {
        if (met.retryAfterSeconds !== undefined) context.header('retry-after', String(met.retryAfterSeconds));
        return respond(context, met.status, 'internal_error', 'Something went wrong on our side.');
      }
      if (met?.html !== undefined) return context.html(met.html);
      return await next();
    });
  }

  app.route('/api/v1', apiRoutes(accounts, bots, limits, baseUrl));
  app.route('/chat/v1', chatRoutes(bots));
  app.route('/', dashboardRoutes(accounts, bots, signal));

  app.notFound((context) => respond(context, 404, 'not_found', 'There is nothing at this address.'));
  app.onError((error, context) => {
    if (error instanceof SandboxProblem) {
      return respond(context, error.status, error.type, error.message, error.details);
    }
    if (error instanceof HTTPException) {
      return respond(context, error.status, 'bad_request', error.message || 'The request was refused.');
    }
    if (!signal.aborted) logger.error({ err: error, path: context.req.path }, 'the sandbox failed to answer');
    return respond(context, 500, 'internal_error', 'Something went wrong on our side.');
  });
  return app;
}

/** An error as a program reads it, or, for the dashboard, as a page. */
function respond(
  context: Context,
  status: number,
  type: string,
  message: string,
  details: SandboxProblem['details'] = null,
): Response | Promise<Response> {
  context.status(status as 400);
  const program = /^\/(api|chat|_test)\//.test(context.req.path);
  const json = program || (context.req.header('accept') ?? '').includes('application/json');
  return json ? context.json(envelope(type, message, details)) : context.html(problemPage(status, message));
}
