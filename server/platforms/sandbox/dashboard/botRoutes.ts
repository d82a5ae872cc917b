import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { addAction, findAction, removeAction } from '../actions.ts';
import type { Bots, HostedBot } from '../bots.ts';
import { messageInputSchema, showMessage } from '../conversationApi.ts';
import { whyUnreadable } from '../crawlWebsite.ts';
import { bodyAs, formBody } from '../http.ts';
import { actionInputSchema, httpUrlSchema, SandboxProblem, validated } from '../model.ts';
import { botPage, type BotView } from './botPage.ts';

const TRY_CHANNEL = 'Dashboard';

const NOTICES: Readonly<Record<string, string>> = {
  website: 'The website source is added. Its pages are being read.',
  action: 'The action is active.',
  'action-deleted': 'The action is deleted.',
};

const trySchema = z.strictObject({
  text: messageInputSchema.shape.content.shape.body,
  conversation: z.string().optional(),
});

/** The pages of one bot and what their forms do. */
export function botRoutes(app: Hono, bots: Bots, signal: AbortSignal): void {
  const hostedOf = (handle: string): HostedBot => {
    const hosted = bots.find(handle);
    if (hosted === undefined) throw new SandboxProblem(404, 'not_found', `There is no bot "${handle}".`);
    return hosted;
  };

  async function show(
    context: Context,
    hosted: HostedBot,
    more: Partial<BotView> = {},
    status: 200 | 409 | 422 = 200,
  ): Promise<Response> {
    const [articles, indexing, conversations] = await Promise.all([
      hosted.knowledge.articles(),
      hosted.knowledge.report(),
      hosted.conversations.list(),
    ]);
    const notice = NOTICES[context.req.query('done') ?? ''];
    return context.html(
      botPage({ bot: hosted.bot, articles, indexing, conversations, notice, ...more }),
      status,
    );
  }

  app.get('/bots/:handle', (context) => show(context, hostedOf(context.req.param('handle'))));

  app.post('/bots/:handle/sources/website', async (context) => {
    const hosted = hostedOf(context.req.param('handle'));
    const { name = '', url = '' } = await formBody(context);
    const refuse = (error: string, status: 409 | 422): Promise<Response> =>
      show(context, hosted, { website: { name, url, error } }, status);
    if (name.trim() === '') return await refuse('Give the source a name.', 422);
    const parsed = httpUrlSchema.safeParse(url.trim());
    if (!parsed.success) return await refuse('The URL must be an http or https address.', 422);
    const address = new URL(parsed.data).href;
    const why = await whyUnreadable(address, signal);
    if (why !== undefined) return await refuse(why, 422);
    try {
      await hosted.knowledge.addWebsite(name.trim().slice(0, 255), address);
    } catch (error) {
      if (!(error instanceof SandboxProblem)) throw error;
      return await refuse(error.message, error.status === 409 ? 409 : 422);
    }
    return context.redirect(`/bots/${hosted.bot.handle}?done=website`, 303);
  });

  app.post('/bots/:handle/actions/import', async (context) => {
    const hosted = hostedOf(context.req.param('handle'));
    const { json = '' } = await formBody(context);
    try {
      const action = validated(actionInputSchema, parse(json));
      const replaces = findAction(hosted, action.name) !== undefined;
      return await show(context, hosted, { review: { action, json, replaces } });
    } catch (error) {
      if (!(error instanceof SandboxProblem)) throw error;
      return await show(context, hosted, { importing: { json, error: error.message } }, 422);
    }
  });
  app.post('/bots/:handle/actions', async (context) => {
    const hosted = hostedOf(context.req.param('handle'));
    const { json = '' } = await formBody(context);
    try {
      const input = validated(actionInputSchema, parse(json));
      await addAction(hosted, input, { replace: true });
    } catch (error) {
      if (!(error instanceof SandboxProblem)) throw error;
      return await show(context, hosted, { importing: { json, error: error.message } }, 422);
    }
    return context.redirect(`/bots/${hosted.bot.handle}?done=action`, 303);
  });
  app.post('/bots/:handle/actions/:id/delete', async (context) => {
    const hosted = hostedOf(context.req.param('handle'));
    await removeAction(hosted, context.req.param('id'));
    return context.redirect(`/bots/${hosted.bot.handle}?done=action-deleted`, 303);
  });
  app.post('/bots/:handle/delete', async (context) => {
    await bots.delete(hostedOf(context.req.param('handle')).bot.id);
    return context.redirect('/bots?done=deleted', 303);
  });

  app.post('/bots/:handle/try', async (context) => {
    const hosted = hostedOf(context.req.param('handle'));
    const { text, conversation } = await bodyAs(context, trySchema);
    const id = conversation ?? (await newTry(hosted));
    const message = await hosted.conversations.post(id, text);
    return context.json(showMessage(message, await hosted.conversations.get(id)), 201);
  });
  app.get('/bots/:handle/try/:conversation', async (context) => {
    const { conversations } = hostedOf(context.req.param('handle'));
    const conversation = await conversations.get(context.req.param('conversation'));
    return context.json({ data: conversation.messages.map((message) => showMessage(message, conversation)) });
  });
}

async function newTry(hosted: HostedBot): Promise<string> {
  const channel = await hosted.channel(TRY_CHANNEL);
  return (await hosted.conversations.create(channel.id, undefined, {})).id;
}

function parse(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new SandboxProblem(422, 'validation_error', 'This is not valid JSON.');
  }
  if (Array.isArray(value)) {
    throw new SandboxProblem(422, 'validation_error', 'This is a list. Paste one action at a time.');
  }
  return value;
}
