import { Hono } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import * as z from 'zod';
import type { Accounts } from './accounts.ts';
import { addAction, patchAction, removeAction } from './actions.ts';
import type { HostedBot, Bots } from './bots.ts';
import { conversationRoutes } from './conversationApi.ts';
import { bodyAs, envelope, jsonBody, page } from './http.ts';
import {
  type Article,
  type Bot,
  type BotAction,
  cloneInputSchema,
  type CloneJob,
  type KnowledgeSource,
  SandboxProblem,
  sourceInputSchema,
  validated,
} from './model.ts';
import { TEMPLATES } from './templates.ts';

/** Requests that one key may make. */
export interface RateLimits {
  perSecond: number;
  perMinute: number;
}

export const DEFAULT_RATE_LIMITS: RateLimits = { perSecond: 100, perMinute: 2_000 };

const MAX_BATCH = 1_000;

/** The REST API, to be mounted at `/api/v1`. Its shapes follow those of commercial bot platforms. */
export function apiRoutes(accounts: Accounts, bots: Bots, limits: RateLimits, baseUrl: () => string): Hono {
  const api = new Hono();
  const windows = [
    { limiter: new RateLimiterMemory({ points: limits.perSecond, duration: 1 }), name: 'second' },
    { limiter: new RateLimiterMemory({ points: limits.perMinute, duration: 60 }), name: 'minute' },
  ];

  api.use(async (context, next) => {
    const who = caller(accounts, context.req.header('authorization'), context.req.header('x-clone-secret'));
    const managing = /^\/api\/v1\/(clone|jobs\/[^/]+|templates|bots(\/[^/]+)?)$/.test(context.req.path);
    if (who === undefined || (who === 'clone-secret' && (!managing || context.req.method === 'PATCH'))) {
      throw new SandboxProblem(401, 'unauthorized', 'The API key is missing, wrong or revoked.');
    }
    for (const { limiter, name } of windows) {
      const refused = await limiter.consume(who).then(
        () => undefined,
        (reason: unknown) => reason as { msBeforeNext?: number },
      );
      if (refused === undefined) continue;
      context.header('retry-after', String(Math.max(1, Math.ceil((refused.msBeforeNext ?? 1_000) / 1_000))));
      return context.json(envelope('rate_limit_exceeded', `Too many requests in this ${name}.`), 429);
    }
    return await next();
  });

  const botOf = (id: string): HostedBot => bots.get(id);
  const bot = (value: Bot): object => showBot(value, baseUrl());

  api.get('/templates', (context) =>
    context.json({ data: TEMPLATES.map(({ id, name, description }) => ({ id, name, description })) }),
  );
  api.post('/clone', async (context) => {
    const job = await bots.clone(await bodyAs(context, cloneInputSchema));
    return context.json(showJob(job), 202);
  });
  api.get('/jobs/:id', (context) => context.json(showJob(bots.job(context.req.param('id')))));

  api.get('/bots', (context) => {
    const handle = context.req.query('handle');
    const all = bots.list().filter((each) => handle === undefined || each.handle === handle);
    return context.json(page(context, all, bot));
  });
  api.get('/bots/:bot', (context) => context.json(bot(botOf(context.req.param('bot')).bot)));
  api.patch('/bots/:bot', async (context) => {
    const hosted = botOf(context.req.param('bot'));
    const changes = await bodyAs(context, botPatchSchema);
    if (changes.description !== undefined) hosted.bot.description = changes.description;
    if (changes.greeting !== undefined) hosted.bot.greeting = changes.greeting;
    await hosted.save();
    return context.json(bot(hosted.bot));
  });
  api.delete('/bots/:bot', async (context) => {
    await bots.delete(context.req.param('bot'));
    return context.body(null, 204);
  });

  api.get('/bots/:bot/indexing', async (context) =>
    context.json(await botOf(context.req.param('bot')).knowledge.report()),
  );
  api.get('/bots/:bot/knowledge/sources', (context) =>
    context.json({ data: botOf(context.req.param('bot')).bot.sources.map(showSource) }),
  );
  api.post('/bots/:bot/knowledge/sources', async (context) => {
    const hosted = botOf(context.req.param('bot'));
    const source = await hosted.knowledge.addSource(await bodyAs(context, sourceInputSchema));
    return context.json(showSource(source));
  });
  api.delete('/bots/:bot/knowledge/sources/:source', async (context) => {
    await botOf(context.req.param('bot')).knowledge.deleteSource(context.req.param('source'));
    return context.body(null, 204);
  });
  api.get('/bots/:bot/knowledge/articles', async (context) => {
    const source = context.req.query('knowledge_source_id');
    const articles = await botOf(context.req.param('bot')).knowledge.articles(source);
    return context.json(page(context, articles, showArticle));
  });
  api.get('/bots/:bot/knowledge/articles/:article', async (context) => {
    const articles = await botOf(context.req.param('bot')).knowledge.articles();
    const article = articles.find(({ id }) => id === context.req.param('article'));
    if (article === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such article.');
    return context.json(showArticle(article));
  });
  api.delete('/bots/:bot/knowledge/articles/:article', async (context) => {
    await botOf(context.req.param('bot')).knowledge.deleteArticle(context.req.param('article'));
    return context.body(null, 204);
  });
  api.post('/bots/:bot/knowledge/bulk/articles', async (context) => {
    const hosted = botOf(context.req.param('bot'));
    const items = validated(z.array(z.unknown()).max(MAX_BATCH), await jsonBody(context));
    return context.json(await hosted.knowledge.upsert(items));
  });

  api.get('/bots/:bot/actions', (context) =>
    context.json(page(context, botOf(context.req.param('bot')).bot.actions, showAction)),
  );
  api.post('/bots/:bot/actions', async (context) => {
    const hosted = botOf(context.req.param('bot'));
    return context.json(showAction(await addAction(hosted, await jsonBody(context))), 201);
  });
  api.get('/bots/:bot/actions/:action', (context) => {
    const { actions } = botOf(context.req.param('bot')).bot;
    const action = actions.find(({ id }) => id === context.req.param('action'));
    if (action === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such action.');
    return context.json(showAction(action));
  });
  api.patch('/bots/:bot/actions/:action', async (context) => {
    const hosted = botOf(context.req.param('bot'));
    const changed = await patchAction(hosted, context.req.param('action'), await jsonBody(context));
    return context.json(showAction(changed));
  });
  api.delete('/bots/:bot/actions/:action', async (context) => {
    await removeAction(botOf(context.req.param('bot')), context.req.param('action'));
    return context.body(null, 204);
  });

  conversationRoutes(api, bots);
  return api;
}

function caller(
  accounts: Accounts,
  authorization: string | undefined,
  secret: string | undefined,
): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) return accounts.findKey(bearer)?.id;
  return secret !== undefined && accounts.isCloneSecret(secret) ? 'clone-secret' : undefined;
}

const botPatchSchema = z
  .strictObject({
    description: z.string().trim().max(2_000).optional(),
    greeting: z.string().trim().min(1).max(500).optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'name what is to change');

function showBot(bot: Bot, baseUrl: string): object {
  const { id, handle, name, website = null, template, description, greeting } = bot;
  const url = `${baseUrl}/bots/${handle}`;
  return {
    id,
    handle,
    name,
    website,
    template,
    description,
    greeting,
    url,
    created_at: bot.createdAt,
    updated_at: bot.updatedAt,
  };
}

function showJob({ id, state, botId, reason, handle }: CloneJob): object {
  return {
    id,
    state,
    handle,
    result: botId === undefined ? null : { bot_id: botId },
    failure_reason: reason ?? null,
  };
}

function showSource(source: KnowledgeSource): object {
  const { id, name, kind, url = null, state, error = null, createdAt } = source;
  return { id, name, type: kind, url, state, error, created_at: createdAt };
}

function showArticle(article: Article): object {
  const { id, name, content, url = null, language, enabled, state, error = null, sourceId } = article;
  const times = { created_at: article.createdAt, updated_at: article.updatedAt };
  return { id, name, content, url, language, enabled, state, error, knowledge_source_id: sourceId, ...times };
}

function showAction({ createdAt, updatedAt, ...action }: BotAction): object {
  return { ...action, created_at: createdAt, updated_at: updatedAt };
}
