import * as z from 'zod';
import { GreenroomError, isGreenroomError } from '../../../shared/errors.ts';
import { createHttpService, type HttpService } from '../../net/httpService.ts';
import { delay } from '../../timing/abort.ts';
import type { ChatReply } from '../../../shared/protocol.ts';
import type { BotApi, BotRef, Platform, WebChat } from '../platform.ts';
import { sandboxDashboard } from './dashboardTasks.ts';

export interface SandboxPlatformOptions {
  /** Where the platform answers, without a slash at the end. */
  baseUrl: string;
  /** The dashboard's account. */
  account: { email: string; password: string };
  /** Lets templates be cloned and bots be found before there is a key. */
  cloneSecret: string;
  /** Longest wait for a clone or an answer. Default 60 000 ms. */
  waitMs?: number;
}

const MAX_MESSAGE_PAGES = 20;
const FIRST_POLL_MS = 60;
const POLL_FACTOR = 1.5;
const LONGEST_POLL_MS = 1_000;

const bot = z.object({ id: z.string(), handle: z.string(), url: z.string() });
const job = z.object({
  id: z.string(),
  state: z.string(),
  result: z.object({ bot_id: z.string() }).nullish(),
  failure_reason: z.string().nullish(),
});
const results = z.array(
  z.object({ id: z.string(), success: z.boolean(), created: z.boolean(), error: z.string().optional() }),
);
const indexing = z.object({
  state: z.enum(['pending', 'indexing', 'ready', 'failed']),
  indexed: z.number(),
  total: z.number(),
  error: z.string().nullish(),
});
const message = z.object({
  id: z.string(),
  in_reply_to: z.string().nullish(),
  content: z.object({ body: z.string() }),
  citations: z.array(z.object({ title: z.string(), url: z.string() })).default([]),
  action: z
    .object({ name: z.string(), request: z.string(), status: z.number(), result: z.string() })
    .nullish(),
});
const named = z.object({ id: z.string(), name: z.string() });
const identified = z.object({ id: z.string() });
const listOf = <T>(item: z.ZodType<T>): z.ZodType<{ data: T[]; meta: { next_page_url: string | null } }> =>
  z.object({ data: z.array(item), meta: z.object({ next_page_url: z.string().nullable() }) });

/** The sandbox platform as Greenroom uses it: over its REST API and its dashboard, like any other vendor's. */
export function createSandboxPlatform(
  options: SandboxPlatformOptions,
): Platform & { close(): Promise<void> } {
  const { baseUrl, cloneSecret, waitMs = 60_000 } = options;
  const http = createHttpService({ name: 'The sandbox', baseUrl: `${baseUrl}/api/v1` });
  const visitors = createHttpService({ name: 'The sandbox', baseUrl: `${baseUrl}/chat/v1` });
  const manage = { headers: { 'x-clone-secret': cloneSecret } };

  async function findBot(handle: string, signal: AbortSignal): Promise<BotRef | undefined> {
    const reply = await http.request('GET', '/bots', signal, { ...manage, query: { handle } });
    return read(listOf(bot), reply.body).data[0];
  }

  return {
    id: 'sandbox',
    title: 'Sandbox',
    findBot,
    async templates() {
      const reply = await http.request('GET', '/templates', AbortSignal.timeout(waitMs), manage);
      return read(z.object({ data: z.array(identified) }), reply.body).data.map(({ id }) => id);
    },
    async cloneBot({ template, handle, company, website }, signal) {
      const known = await findBot(handle, signal);
      if (known !== undefined) return { ...known, adopted: true };
      const json = { template, handle, name: company, website };
      try {
        const reply = await http.request('POST', '/clone', signal, { ...manage, json });
        const { id } = read(job, reply.body);
        await poll(waitMs, signal, `The clone of ${template}`, async () => {
          const { state, failure_reason } = read(
            job,
            (await http.request('GET', `/jobs/${id}`, signal, manage)).body,
          );
          if (state === 'failed') throw cloneFailed(failure_reason ?? 'it gives no reason');
          return state === 'completed' ? true : undefined;
        });
      } catch (error) {
        // Another clone of this handle is under way: its bot is ours.
        if (!isGreenroomError(error) || error.code !== 'conflict') throw error;
        const adopted = await poll(waitMs, signal, `The bot ${handle}`, () => findBot(handle, signal));
        return { ...adopted, adopted: true };
      }
      const made = await findBot(handle, signal);
      if (made === undefined) throw cloneFailed('the finished bot is gone');
      return { ...made, adopted: false };
    },
    async deleteBot({ id }, signal) {
      await http.request('DELETE', `/bots/${encodeURIComponent(id)}`, signal, manage);
    },
    api: (ref, apiKey) => botApi(http, ref, apiKey, waitMs),
    webChat: (ref) => webChat(visitors, ref, waitMs),
    dashboard: (ref) => sandboxDashboard(baseUrl, options.account, ref),
    async close() {
      await Promise.all([http.close(), visitors.close()]);
    },
  };
}

function botApi(http: HttpService, { id }: BotRef, bearer: string, waitMs: number): BotApi {
  const root = `/bots/${encodeURIComponent(id)}`;
  const get = async <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, query = {}): Promise<T> =>
    read(schema, (await http.request('GET', root + path, signal, { bearer, query })).body);
  const post = async <T>(
    path: string,
    json: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> => read(schema, (await http.request('POST', root + path, signal, { bearer, json })).body);

  return {
    async describeBot(text, signal) {
      await http.request('PATCH', root, signal, { bearer, json: { description: text } });
    },
    async ensureSource(source, name, signal) {
      try {
        await post('/knowledge/sources', { id: source, name }, identified, signal);
      } catch (error) {
        if (!isGreenroomError(error) || error.code !== 'conflict') throw error;
      }
    },
    async upsertArticles(source, articles, signal) {
      const items = articles.map(({ id: articleId, title, body, url }) => ({
        id: articleId,
        name: title,
        content: body,
        url,
        knowledge_source_id: source,
      }));
      const answered = await post('/knowledge/bulk/articles', items, results, signal);
      return answered.map(({ error, ...result }) => (error === undefined ? result : { ...result, error }));
    },
    async indexing(signal) {
      const { error, ...report } = await get('/indexing', indexing, signal);
      return error == null ? report : { ...report, error };
    },
    async ensureChannel(name, signal) {
      const find = async (): Promise<string | undefined> => {
        const { data } = await get('/channels', listOf(named), signal, { limit: 100 });
        return data.find((channel) => channel.name === name)?.id;
      };
      const known = await find();
      if (known !== undefined) return known;
      try {
        return (await post('/channels', { name }, identified, signal)).id;
      } catch (error) {
        const meanwhile = isGreenroomError(error) && error.code === 'conflict' ? await find() : undefined;
        if (meanwhile === undefined) throw error;
        return meanwhile;
      }
    },
    async createConversation(channel, key, signal) {
      const query = { metadata_key: 'greenroom_key', metadata_value: key };
      const known = (await get('/conversations', listOf(identified), signal, query)).data[0];
      if (known !== undefined) return { id: known.id, adopted: true };
      const input = { channel_id: channel, metadata: { greenroom_key: key } };
      return { id: (await post('/conversations', input, identified, signal)).id, adopted: false };
    },
    ask(conversation, text, signal) {
      const path = `${root}/conversations/${encodeURIComponent(conversation)}/messages`;
      return askBot(http, path, text, { bearer }, waitMs, signal);
    },
  };
}

function webChat(http: HttpService, { handle }: BotRef, waitMs: number): WebChat {
  const root = `/bots/${encodeURIComponent(handle)}/conversations`;
  return {
    async open(signal) {
      const reply = await http.request('POST', root, signal, { json: {} });
      const { id, greeting } = read(z.object({ id: z.string(), greeting: z.string() }), reply.body);
      return { conversationId: id, greeting };
    },
    ask(conversation, text, signal) {
      return askBot(http, `${root}/${encodeURIComponent(conversation)}/messages`, text, {}, waitMs, signal);
    },
  };
}

/** Posts a message to `path` and reads there until its answer has come. */
async function askBot(
  http: HttpService,
  path: string,
  text: string,
  as: { bearer?: string },
  waitMs: number,
  signal: AbortSignal,
): Promise<ChatReply> {
  const started = performance.now();
  const json = { author: { role: 'end_user' }, content: { type: 'text', body: text } };
  const sent = read(message, (await http.request('POST', path, signal, { ...as, json })).body);
  let after: string | undefined;
  const reply = await poll(waitMs, signal, 'An answer of the bot', async () => {
    for (let pages = 0; pages < MAX_MESSAGE_PAGES; pages++) {
      const query = { limit: 100, cursor: after };
      const listed = await http.request('GET', path, signal, { ...as, query });
      const { data, meta } = read(listOf(message), listed.body);
      const found = data.find(({ in_reply_to }) => in_reply_to === sent.id);
      if (found !== undefined || meta.next_page_url === null) return found;
      after = new URL(meta.next_page_url).searchParams.get('cursor') ?? undefined;
    }
    return undefined;
  });
  const { content, citations, action } = reply;
  const ms = Math.round(performance.now() - started);
  return { text: content.body, citations, ...(action == null ? {} : { action }), ms };
}

/** Calls `look` with a growing pause until it finds something. */
async function poll<T>(
  waitMs: number,
  signal: AbortSignal,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const until = performance.now() + waitMs;
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * POLL_FACTOR, LONGEST_POLL_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() + wait > until) {
      throw new GreenroomError(
        'platform-unavailable',
        `${what} did not come within ${waitMs / 1000} s.`,
        'Try again, and look at the sandbox dashboard.',
      );
    }
    await delay(wait, signal);
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new GreenroomError(
    'platform-rejected',
    `The sandbox answered in an unknown shape: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}.`,
    'Update Greenroom, or report this.',
  );
}

function cloneFailed(reason: string): GreenroomError {
  return new GreenroomError(
    'platform-unavailable',
    `The sandbox could not clone the bot: ${reason}`,
    'Try again in a moment.',
  );
}
