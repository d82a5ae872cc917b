import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type * as z from 'zod';
import { delay } from '../../timing/abort.ts';
import { crawlWebsite } from './crawlWebsite.ts';
import { JsonDocument } from './document.ts';
import { Knowledge } from './knowledge.ts';
import {
  type Article,
  articleInputSchema,
  articlesFileSchema,
  type Bot,
  type KnowledgeSource,
  MAX_ARTICLES,
  SandboxProblem,
  type sourceInputSchema,
} from './model.ts';
import type { Services } from './services.ts';

const MAX_SOURCES = 100;
const SAVE_EVERY = 25;
const LOAD_CHUNK = 20;

export interface UpsertResult {
  id: string;
  success: boolean;
  created: boolean;
  error?: string;
}

export interface IndexingReport {
  state: 'pending' | 'indexing' | 'ready' | 'failed';
  indexed: number;
  total: number;
  error: string | null;
}

/** The knowledge of one bot: its sources, articles, website pages and their index. Loaded at first use. */
export class BotKnowledge {
  readonly index = new Knowledge();
  readonly #bot: Bot;
  readonly #folder: string;
  readonly #saveBot: () => Promise<void>;
  readonly #services: Services;
  readonly #queue: string[] = [];
  readonly #closed = new AbortController();
  #articles: Promise<JsonDocument<Map<string, Article>>> | undefined;
  #indexing = false;

  constructor(bot: Bot, folder: string, saveBot: () => Promise<void>, services: Services) {
    this.#bot = bot;
    this.#folder = folder;
    this.#saveBot = saveBot;
    this.#services = services;
    this.index.ignore(bot.name);
  }

  /** Starts again what a stop interrupted. */
  resume(): void {
    for (const source of this.#bot.sources) {
      if (source.state === 'pending' || source.state === 'crawling') this.#crawl(source);
    }
  }

  /** Ends the work on this bot. */
  close(): void {
    this.#closed.abort(new Error('The bot was deleted.'));
  }

  /** The index with everything in it that was indexed before. */
  async ready(): Promise<Knowledge> {
    await this.#load();
    return this.index;
  }

  /** By creation, oldest first. */
  async articles(sourceId?: string): Promise<Article[]> {
    const all = [...(await this.#load()).value.values()];
    return sourceId === undefined ? all : all.filter((article) => article.sourceId === sourceId);
  }

  async addSource(input: z.output<typeof sourceInputSchema>): Promise<KnowledgeSource> {
    return await this.#newSource({ ...input, kind: 'api', state: 'ready' });
  }

  /** Takes a website to be read in the background. */
  async addWebsite(name: string, url: string): Promise<KnowledgeSource> {
    const taken = this.#bot.sources.some((source) => source.url === url);
    if (taken) throw new SandboxProblem(409, 'conflict', `The website ${url} is a source already.`);
    const id = `web-${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
    const source = await this.#newSource({ id, name, kind: 'website', url, state: 'pending' });
    this.#crawl(source);
    return source;
  }

  async deleteSource(id: string): Promise<void> {
    const place = this.#bot.sources.findIndex((source) => source.id === id);
    if (place < 0) throw new SandboxProblem(404, 'not_found', 'There is no such knowledge source.');
    this.#bot.sources.splice(place, 1);
    const document = await this.#load();
    for (const article of await this.articles(id)) {
      document.value.delete(article.id);
      this.index.remove(article.id);
    }
    await Promise.all([this.#saveBot(), document.save()]);
  }

  async deleteArticle(id: string): Promise<void> {
    const document = await this.#load();
    if (!document.value.delete(id)) throw new SandboxProblem(404, 'not_found', 'There is no such article.');
    this.index.remove(id);
    await document.save();
  }

  /** One result for each item, in order. Valid items are stored before it resolves and indexed afterwards. */
  async upsert(items: readonly unknown[]): Promise<UpsertResult[]> {
    const document = await this.#load();
    const ids = items.map((item) =>
      typeof item === 'object' && item !== null && 'id' in item ? String(item.id) : '',
    );
    const fresh = new Set(ids.filter((id) => id !== '' && !document.value.has(id)));
    if (fresh.size > 0 && document.value.size + fresh.size > MAX_ARTICLES) {
      throw new SandboxProblem(400, 'bad_request', `Maximum article limit of ${MAX_ARTICLES} exceeded`);
    }
    const results = items.map((item, place) => this.#upsertOne(document.value, item, ids[place] ?? ''));
    await document.save();
    this.#work();
    return results;
  }

  async report(): Promise<IndexingReport> {
    const kinds = new Map(this.#bot.sources.map(({ id, kind }) => [id, kind]));
    const articles = (await this.articles()).filter(({ sourceId }) => kinds.get(sourceId) !== 'website');
    const total = articles.length;
    const indexed = articles.filter(({ state }) => state === 'indexed').length;
    const failed = articles.filter(({ state }) => state === 'failed');
    const waiting = total - indexed - failed.length;
    const [first] = failed;
    if (waiting > 0) return { state: indexed === 0 ? 'pending' : 'indexing', indexed, total, error: null };
    if (first === undefined) return { state: 'ready', indexed, total, error: null };
    const error = `${failed.length} of ${total} articles could not be indexed: "${first.name}" (${first.error ?? 'no reason'})`;
    return { state: 'failed', indexed, total, error };
  }

  #upsertOne(articles: Map<string, Article>, item: unknown, id: string): UpsertResult {
    const parsed = articleInputSchema.safeParse(item);
    const refuse = (error: string): UpsertResult => ({ id, success: false, created: false, error });
    if (!parsed.success) {
      return refuse(
        parsed.error.issues
          .map(({ path, message }) => `${path.join('.') || 'article'}: ${message}`)
          .join('; '),
      );
    }
    const input = parsed.data;
    const source = this.#bot.sources.find((each) => each.id === input.knowledge_source_id);
    if (source === undefined)
      return refuse(`knowledge_source_id: there is no source "${input.knowledge_source_id}"`);
    if (source.kind === 'website')
      return refuse(`knowledge_source_id: "${source.id}" is read from a website`);
    const known = articles.get(input.id);
    this.#put(articles, {
      id: input.id,
      name: input.name,
      content: input.content,
      sourceId: source.id,
      language: input.language,
      enabled: input.enabled,
      ...(input.url === undefined ? {} : { url: input.url }),
    });
    return { id: input.id, success: true, created: known === undefined };
  }

  #put(articles: Map<string, Article>, input: Omit<Article, 'state' | 'createdAt' | 'updatedAt'>): void {
    const now = this.#services.now().toISOString();
    const known = articles.get(input.id);
    const same =
      known !== undefined &&
      known.state === 'indexed' &&
      (['name', 'content', 'url', 'enabled', 'sourceId'] as const).every((key) => known[key] === input[key]);
    if (same) return;
    articles.set(input.id, {
      ...input,
      state: 'pending',
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
    });
    this.#queue.push(input.id);
  }

  async #newSource(input: Omit<KnowledgeSource, 'createdAt'>): Promise<KnowledgeSource> {
    if (this.#bot.sources.some(({ id }) => id === input.id)) {
      throw new SandboxProblem(409, 'conflict', `There is a knowledge source "${input.id}" already.`);
    }
    if (this.#bot.sources.length >= MAX_SOURCES) {
      throw new SandboxProblem(400, 'bad_request', `A bot has at most ${MAX_SOURCES} knowledge sources.`);
    }
    const source = { ...input, createdAt: this.#services.now().toISOString() };
    this.#bot.sources.push(source);
    await this.#saveBot();
    return source;
  }

  #load(): Promise<JsonDocument<Map<string, Article>>> {
    this.#articles ??= this.#read();
    return this.#articles;
  }

  async #read(): Promise<JsonDocument<Map<string, Article>>> {
    const stored = await JsonDocument.load(
      join(this.#folder, 'articles.json'),
      (content) => new Map(articlesFileSchema.parse(content).map((article) => [article.id, article])),
      () => new Map<string, Article>(),
      { toJson: (articles) => [...articles.values()] },
    );
    let count = 0;
    for (const article of stored.value.values()) {
      if (article.state === 'indexed') this.#addToIndex(article);
      else if (article.state === 'pending') this.#queue.push(article.id);
      if (++count % LOAD_CHUNK === 0) await breathe();
    }
    this.#work(stored);
    return stored;
  }

  #addToIndex(article: Article): boolean {
    if (!article.enabled) {
      this.index.remove(article.id);
      return true;
    }
    const source = this.#bot.sources.find(({ id }) => id === article.sourceId);
    return this.index.add({
      id: article.id,
      title: article.name,
      markdown: article.content,
      curated: source?.kind !== 'website',
      ...(article.url === undefined ? {} : { url: article.url }),
    });
  }

  /** Indexes what waits, one article after the other. */
  #work(loaded?: JsonDocument<Map<string, Article>>): void {
    if (this.#indexing || this.#queue.length === 0) return;
    this.#indexing = true;
    this.#services.background.start('indexing', this.#closed.signal, async (signal) => {
      try {
        const document = loaded ?? (await this.#load());
        for (let done = 1; this.#queue.length > 0; done++) {
          const id = this.#queue.shift() ?? '';
          const article = document.value.get(id);
          if (article?.state === 'pending') await this.#indexOne(article, signal);
          if (done % SAVE_EVERY === 0) await document.save();
        }
        await document.save();
      } finally {
        this.#indexing = false;
      }
      this.#work();
    });
  }

  async #indexOne(article: Article, signal: AbortSignal): Promise<void> {
    await delay(this.#services.delays.indexMs, signal);
    try {
      await this.#services.faults.work('INDEX', `/bots/${this.#bot.handle}/articles/${article.id}`, signal);
      if (this.#addToIndex(article)) article.state = 'indexed';
      else Object.assign(article, { state: 'failed', error: 'it holds no text' });
    } catch (error) {
      signal.throwIfAborted();
      Object.assign(article, {
        state: 'failed',
        error: error instanceof Error ? error.message : 'internal error',
      });
    }
  }

  #crawl(source: KnowledgeSource): void {
    this.#services.background.start('reading a website', this.#closed.signal, async (signal) => {
      const gone = (): boolean => !this.#bot.sources.includes(source);
      try {
        source.state = 'crawling';
        await this.#saveBot();
        await this.#services.faults.work('CRAWL', `/bots/${this.#bot.handle}/sources/${source.id}`, signal);
        const document = await this.#load();
        const pages = await crawlWebsite(source.url ?? '', this.#services.extractor, signal, (page) => {
          if (gone() || document.value.size >= MAX_ARTICLES) return;
          const id = `${source.id}-${createHash('sha256').update(page.url).digest('hex').slice(0, 16)}`;
          const { title: name, markdown: content, url, language } = page;
          this.#put(document.value, { id, name, content, url, language, enabled: true, sourceId: source.id });
          this.#work();
        });
        await document.save();
        if (pages > 0) source.state = 'ready';
        else Object.assign(source, { state: 'failed', error: 'The website has no pages with text.' });
      } catch (error) {
        signal.throwIfAborted();
        Object.assign(source, {
          state: 'failed',
          error: error instanceof Error ? error.message : 'internal error',
        });
      }
      if (!gone()) await this.#saveBot();
    });
  }
}
