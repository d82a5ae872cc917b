import type { Page } from 'playwright';
import type { DemoAction } from '../../shared/demoSpec.ts';
import type { ChatReply } from '../../shared/protocol.ts';
import type { MockEndpoint } from '../mocks/mockHost.ts';
import type { WrittenArticle } from '../writers/writer.ts';

export interface BotRef {
  id: string;
  /** Lower case letters, digits and hyphens; unique on the platform. */
  handle: string;
  /** Where a person looks at it. */
  url: string;
}

/** One action in the form that a dashboard's import dialog takes. */
export interface ImportableAction extends DemoAction {
  url: string;
}

export interface ArticleResult {
  id: string;
  success: boolean;
  created: boolean;
  error?: string;
}

export type IndexingState = 'pending' | 'indexing' | 'ready' | 'failed';

export interface Indexing {
  state: IndexingState;
  indexed: number;
  total: number;
  error?: string;
}

/**
 * What a bot platform can do. Implementations translate to the vendor's HTTP and pages and throw typed errors
 * (`rate-limited`, `platform-rejected`, `platform-unavailable`, `conflict`, `unauthorized`); they do not retry.
 */
export interface Platform {
  readonly id: string;
  readonly title: string;
  /** The template bots that can be cloned. */
  templates(): Promise<string[]>;
  /** Starts a clone and resolves when the bot exists. Repeating it with the same handle finds the first one. */
  cloneBot(input: CloneInput, signal: AbortSignal): Promise<BotRef & { adopted: boolean }>;
  findBot(handle: string, signal: AbortSignal): Promise<BotRef | undefined>;
  deleteBot(bot: BotRef, signal: AbortSignal): Promise<void>;
  /** The API of one bot under a key. */
  api(bot: BotRef, apiKey: string): BotApi;
  /** What a person does in the dashboard, done in `page`. */
  dashboard(bot: BotRef): Dashboard;
  /** The bot as a visitor meets it in the web chat on a site; needs no key. */
  webChat(bot: BotRef): WebChat;
}

/** A public conversation with a bot. */
export interface WebChat {
  open(signal: AbortSignal): Promise<{ conversationId: string; greeting: string }>;
  ask(conversationId: string, text: string, signal: AbortSignal): Promise<ChatReply>;
}

export interface CloneInput {
  template: string;
  handle: string;
  company: string;
  website: string;
}

export interface BotApi {
  describeBot(text: string, signal: AbortSignal): Promise<void>;
  /** Finds or makes the knowledge source that articles belong to. */
  ensureSource(id: string, name: string, signal: AbortSignal): Promise<void>;
  /** Idempotent by article id. One result for each article, in order. */
  upsertArticles(
    source: string,
    articles: readonly WrittenArticle[],
    signal: AbortSignal,
  ): Promise<ArticleResult[]>;
  indexing(signal: AbortSignal): Promise<Indexing>;
  /** Finds or makes the channel that sample conversations use. */
  ensureChannel(name: string, signal: AbortSignal): Promise<string>;
  /** `key` marks the conversation so that a retry finds it instead of doubling it. */
  createConversation(
    channel: string,
    key: string,
    signal: AbortSignal,
  ): Promise<{ id: string; adopted: boolean }>;
  /** Sends a customer's message and resolves with the bot's answer. */
  ask(conversation: string, text: string, signal: AbortSignal): Promise<ChatReply>;
}

/** Browser tasks. Each expects a page that `logIn` has been called on and leaves it logged in. */
export interface Dashboard {
  /** Does nothing when the page is logged in already. */
  logIn(page: Page, signal: AbortSignal): Promise<void>;
  /** Makes a key named `name` and reads it; it is shown once. */
  createApiKey(page: Page, name: string, signal: AbortSignal): Promise<string>;
  /** Resolves when the platform has taken the source; it reads the site on its own time. */
  addWebsiteSource(page: Page, name: string, url: string, signal: AbortSignal): Promise<void>;
  importAction(page: Page, action: ImportableAction, signal: AbortSignal): Promise<void>;
}

/** The actions of a demo bound to where they are mocked, as a dashboard imports them. */
export function importableActions(
  actions: readonly DemoAction[],
  endpoints: readonly MockEndpoint[],
): ImportableAction[] {
  return actions.flatMap((action) => {
    const endpoint = endpoints.find((candidate) => candidate.action === action.name);
    return endpoint === undefined ? [] : [{ ...action, url: endpoint.url }];
  });
}
