import type { Hono } from 'hono';
import * as z from 'zod';
import type { Bots } from './bots.ts';
import { MAX_MESSAGE_CHARS } from './conversations.ts';
import { bodyAs, page } from './http.ts';
import { type Conversation, type Message, metadataSchema, SandboxProblem } from './model.ts';

const MAX_CHANNELS = 100;

const channelSchema = z.object({ name: z.string().trim().min(1).max(120) });

const conversationInputSchema = z.object({
  channel_id: z.string().min(1),
  end_user_id: z.string().min(1).max(160).optional(),
  metadata: metadataSchema.default({}),
});

export const messageInputSchema = z.object({
  author: z.object({ role: z.literal('end_user'), id: z.string().max(160).optional() }),
  content: z.object({ type: z.literal('text'), body: z.string().trim().min(1).max(MAX_MESSAGE_CHARS) }),
});

/** Channels, conversations and messages of the API. */
export function conversationRoutes(api: Hono, bots: Bots): void {
  api.get('/bots/:bot/channels', (context) => {
    const { channels } = bots.get(context.req.param('bot')).bot;
    return context.json(
      page(context, channels, ({ createdAt, ...channel }) => ({ ...channel, created_at: createdAt })),
    );
  });
  api.post('/bots/:bot/channels', async (context) => {
    const hosted = bots.get(context.req.param('bot'));
    const { name } = await bodyAs(context, channelSchema);
    if (hosted.bot.channels.some((channel) => channel.name === name)) {
      throw new SandboxProblem(409, 'conflict', `There is a channel "${name}" already.`);
    }
    if (hosted.bot.channels.length >= MAX_CHANNELS) {
      throw new SandboxProblem(400, 'bad_request', `A bot has at most ${MAX_CHANNELS} channels.`);
    }
    const { id, createdAt } = await hosted.channel(name);
    return context.json({ id, name, created_at: createdAt }, 201);
  });

  api.get('/bots/:bot/conversations', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    const { metadata_key: key, metadata_value: value } = context.req.query();
    const all = await conversations.list();
    const fitting = all.filter(
      ({ metadata }) =>
        key === undefined ||
        (Object.hasOwn(metadata, key) && (value === undefined || String(metadata[key]) === value)),
    );
    return context.json(page(context, fitting, showConversation));
  });
  api.post('/bots/:bot/conversations', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    const input = await bodyAs(context, conversationInputSchema);
    const metadata = Object.entries(input.metadata).flatMap(([key, value]) =>
      value === null ? [] : [[key, value] as const],
    );
    const made = await conversations.create(
      input.channel_id,
      input.end_user_id,
      Object.fromEntries(metadata),
    );
    return context.json(showConversation(made), 201);
  });
  api.get('/bots/:bot/conversations/:id', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    return context.json(showConversation(await conversations.get(context.req.param('id'))));
  });
  api.patch('/bots/:bot/conversations/:id', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    const { metadata } = await bodyAs(context, z.strictObject({ metadata: metadataSchema }));
    return context.json(showConversation(await conversations.patch(context.req.param('id'), metadata)));
  });
  api.post('/bots/:bot/conversations/:id/end', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    return context.json(showConversation(await conversations.end(context.req.param('id'))));
  });
  api.get('/bots/:bot/conversations/:id/messages', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    const conversation = await conversations.get(context.req.param('id'));
    return context.json(
      page(context, conversation.messages, (message) => showMessage(message, conversation)),
    );
  });
  api.post('/bots/:bot/conversations/:id/messages', async (context) => {
    const { conversations } = bots.get(context.req.param('bot'));
    const id = context.req.param('id');
    const input = await bodyAs(context, messageInputSchema);
    const message = await conversations.post(id, input.content.body);
    return context.json(showMessage(message, await conversations.get(id)), 201);
  });
}

function showConversation(conversation: Conversation): object {
  const { id, channelId, endUserId, status, metadata, createdAt, updatedAt } = conversation;
  return {
    id,
    channel_id: channelId,
    end_user_id: endUserId,
    status,
    metadata,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** A message as the API and the dashboard's chat get it. */
export function showMessage(message: Message, conversation: Conversation): object {
  const { id, createdAt, role, body, inReplyTo = null, citations, action = null } = message;
  return {
    id,
    conversation_id: conversation.id,
    created_at: createdAt,
    author: { role, id: role === 'end_user' ? conversation.endUserId : 'bot' },
    content: { type: 'text', body },
    in_reply_to: inReplyTo,
    citations,
    action,
  };
}
