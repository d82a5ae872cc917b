import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { delay } from '../../timing/abort.ts';
import { answer } from './answer.ts';
import type { BotKnowledge } from './botKnowledge.ts';
import { JsonDocument } from './document.ts';
import { type Bot, type Conversation, conversationSchema, type Message, SandboxProblem } from './model.ts';
import type { Services } from './services.ts';

export const MAX_MESSAGE_CHARS = 4_000;
const MAX_MESSAGES = 500;
const MAX_CONVERSATIONS = 5_000;

/** The conversations of one bot, each in a file of its own. Loaded at first use. */
export class Conversations {
  readonly #bot: Bot;
  readonly #folder: string;
  readonly #knowledge: BotKnowledge;
  readonly #services: Services;
  readonly #closed = new AbortController();
  /** The answers of one conversation come one after the other. */
  readonly #turns = new Map<string, Promise<void>>();
  #loading: Promise<Map<string, JsonDocument<Conversation>>> | undefined;

  constructor(bot: Bot, folder: string, knowledge: BotKnowledge, services: Services) {
    this.#bot = bot;
    this.#folder = join(folder, 'conversations');
    this.#knowledge = knowledge;
    this.#services = services;
  }

  /** Ends the answers under way and keeps what is stored as it is. */
  close(): void {
    this.#closed.abort(new Error('The bot was deleted.'));
  }

  /** Oldest first. */
  async list(): Promise<Conversation[]> {
    return [...(await this.#load()).values()].map(({ value }) => value);
  }

  async get(id: string): Promise<Conversation> {
    return (await this.#document(id)).value;
  }

  /** Begins with the bot's greeting. */
  async create(
    channelId: string,
    endUserId: string | undefined,
    metadata: Conversation['metadata'],
  ): Promise<Conversation> {
    if (!this.#bot.channels.some(({ id }) => id === channelId)) {
      throw new SandboxProblem(422, 'validation_error', 'There is no such channel.', [
        { parameter: '$.channel_id', location: 'body', message: 'unknown channel' },
      ]);
    }
    const all = await this.#load();
    if (all.size >= MAX_CONVERSATIONS) {
      throw new SandboxProblem(400, 'bad_request', `A bot has at most ${MAX_CONVERSATIONS} conversations.`);
    }
    const now = this.#services.now().toISOString();
    const conversation: Conversation = {
      id: ulid(),
      channelId,
      endUserId: endUserId ?? ulid(),
      status: 'active',
      metadata,
      createdAt: now,
      updatedAt: now,
      messages: [{ id: ulid(), createdAt: now, role: 'ai_agent', body: this.#bot.greeting, citations: [] }],
    };
    const document = JsonDocument.of(join(this.#folder, `${conversation.id}.json`), conversation);
    all.set(conversation.id, document);
    await document.save();
    return conversation;
  }

  /** Sets what `changes` names; null removes. */
  async patch(id: string, changes: Record<string, string | number | boolean | null>): Promise<Conversation> {
    const document = await this.#document(id);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) Reflect.deleteProperty(document.value.metadata, key);
      else document.value.metadata[key] = value;
    }
    await this.#save(document);
    return document.value;
  }

  async end(id: string): Promise<Conversation> {
    const document = await this.#document(id);
    document.value.status = 'ended';
    await this.#save(document);
    return document.value;
  }

  /** Takes a customer's message; the bot's answer follows in the background. */
  async post(id: string, body: string): Promise<Message> {
    const document = await this.#document(id);
    const { status, messages } = document.value;
    if (status === 'ended')
      throw new SandboxProblem(422, 'conversation_ended', 'The conversation has ended.');
    if (messages.length >= MAX_MESSAGES) {
      throw new SandboxProblem(
        422,
        'too_many_messages',
        `A conversation has at most ${MAX_MESSAGES} messages.`,
      );
    }
    const createdAt = this.#services.now().toISOString();
    const message: Message = { id: ulid(), createdAt, role: 'end_user', body, citations: [] };
    messages.push(message);
    await this.#save(document);
    this.#reply(document, message);
    return message;
  }

  async #document(id: string): Promise<JsonDocument<Conversation>> {
    const document = (await this.#load()).get(id);
    if (document === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such conversation.');
    return document;
  }

  #load(): Promise<Map<string, JsonDocument<Conversation>>> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  async #read(): Promise<Map<string, JsonDocument<Conversation>>> {
    const all = new Map<string, JsonDocument<Conversation>>();
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      try {
        const path = join(this.#folder, name);
        const document = await JsonDocument.load<Conversation | undefined>(
          path,
          (content) => conversationSchema.parse(content),
          () => undefined,
        );
        const { value } = document;
        if (value !== undefined) all.set(value.id, JsonDocument.of(path, value));
      } catch (error) {
        this.#services.logger.warn({ err: error, name }, 'cannot read a conversation of the sandbox');
      }
    }
    // Questions that a stop left without an answer.
    for (const document of all.values()) {
      const last = document.value.messages.at(-1);
      if (last?.role === 'end_user' && document.value.status === 'active') this.#reply(document, last);
    }
    return all;
  }

  #reply(document: JsonDocument<Conversation>, message: Message): void {
    const { id } = document.value;
    const before = this.#turns.get(id) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.set(id, promise);
    this.#services.background.start('answering', this.#closed.signal, async (signal) => {
      try {
        await before;
        await this.#answer(document, message, signal);
      } finally {
        resolve();
        if (this.#turns.get(id) === promise) this.#turns.delete(id);
      }
    });
  }

  async #answer(document: JsonDocument<Conversation>, message: Message, signal: AbortSignal): Promise<void> {
    const { delays, faults, now } = this.#services;
    const conversation = document.value;
    await delay(delays.answerMs, signal);
    await faults.work('ANSWER', `/bots/${this.#bot.handle}/conversations/${conversation.id}`, signal);
    const index = await this.#knowledge.ready();
    const { openAction, ...said } = await answer(
      message.body,
      this.#bot,
      index,
      conversation.openAction,
      now(),
      signal,
    );
    if (openAction === undefined) delete conversation.openAction;
    else conversation.openAction = openAction;
    conversation.messages.push({
      id: ulid(),
      createdAt: now().toISOString(),
      role: 'ai_agent',
      inReplyTo: message.id,
      ...said,
    });
    await this.#save(document);
  }

  async #save(document: JsonDocument<Conversation>): Promise<void> {
    document.value.updatedAt = this.#services.now().toISOString();
    if (!this.#closed.signal.aborted) await document.save();
  }
}
