import { Hono } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import * as z from 'zod';
import type { Bots, HostedBot } from './bots.ts';
import { messageInputSchema, showMessage } from './conversationApi.ts';
import { bodyAs, page } from './http.ts';
import { type Conversation, SandboxProblem } from './model.ts';

const CHANNEL = 'Web chat';
const VISITORS = { points: 50, duration: 1 };

const visitorMessageSchema = z.object({ content: messageInputSchema.shape.content });

/**
 * What a bot's web chat on a company's site uses, to be mounted at `/chat/v1`. It needs no key: whoever knows the id of
 * a conversation takes part in it.
 */
export function chatRoutes(bots: Bots): Hono {
  const chat = new Hono();
  const limiter = new RateLimiterMemory(VISITORS);

  chat.use(async (context, next) => {
    // A page of another origin cannot send this type without being asked first.
    const json = /^application\/json\b/i.test(context.req.header('content-type') ?? '');
    if (context.req.method === 'POST' && !json) {
      throw new SandboxProblem(400, 'bad_request', 'Send application/json.');
    }
    const free = await limiter.consume('visitors').then(
      () => true,
      () => false,
    );
    if (!free) throw new SandboxProblem(429, 'rate_limit_exceeded', 'Too many visitors at once.');
    return await next();
  });

  chat.post('/bots/:handle/conversations', async (context) => {
    const hosted = hostedOf(bots, context.req.param('handle'));
    const channel = await hosted.channel(CHANNEL);
    const { id } = await hosted.conversations.create(channel.id, undefined, {});
    return context.json({ id, greeting: hosted.bot.greeting }, 201);
  });
  chat.get('/bots/:handle/conversations/:id/messages', async (context) => {
    const hosted = hostedOf(bots, context.req.param('handle'));
    const conversation = await webConversation(hosted, context.req.param('id'));
    return context.json(page(context, conversation.messages, (each) => showMessage(each, conversation)));
  });
  chat.post('/bots/:handle/conversations/:id/messages', async (context) => {
    const hosted = hostedOf(bots, context.req.param('handle'));
    const conversation = await webConversation(hosted, context.req.param('id'));
    const { content } = await bodyAs(context, visitorMessageSchema);
    const sent = await hosted.conversations.post(conversation.id, content.body);
    return context.json(showMessage(sent, conversation), 201);
  });
  return chat;
}

function hostedOf(bots: Bots, handle: string): HostedBot {
  const hosted = bots.find(handle);
  if (hosted === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such bot.');
  return hosted;
}

async function webConversation(hosted: HostedBot, id: string): Promise<Conversation> {
  const conversation = await hosted.conversations.get(id);
  const channel = hosted.bot.channels.find((each) => each.id === conversation.channelId);
  if (channel?.name !== CHANNEL) throw new SandboxProblem(404, 'not_found', 'There is no such conversation.');
  return conversation;
}
