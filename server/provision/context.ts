import type { Logger } from 'pino';
import type { BotRef, Indexing, Platform } from '../platforms/platform.ts';
import type { DemoAction, DemoSpec } from '../../shared/demoSpec.ts';
import type { Extractor } from '../scrape/extractor.ts';
import type { MockEndpoint, MockHost } from '../mocks/mockHost.ts';
import type { ReadPage } from '../scrape/page.ts';
import type { Writer, WrittenArticle, WrittenQuestion } from '../writers/writer.ts';
import type { Browsers } from '../browser/backend.ts';
import type { DashboardSession } from './dashboardSession.ts';

/** Knows the secrets of this server's life. */
export interface Secrets {
  add(value: string): void;
  /** The text without any of them. */
  redact(text: string): string;
}

/** What each step of a provisioning run puts out. */
export interface Outputs {
  'clone-bot': BotRef;
  'read-website': ReadPage[];
  'write-description': string;
  'write-articles': WrittenArticle[];
  'write-questions': WrittenQuestion[];
  'mock-endpoints': { actions: DemoAction[]; endpoints: MockEndpoint[] };
  'get-api-key': string;
  'add-website-source': true;
  'import-actions': { imported: string[] };
  'describe-bot': true;
  'upsert-articles': { count: number };
  'wait-for-indexing': Indexing;
  'sample-conversations': { count: number };
  'check-bot': { asked: number; right: number };
}

/** Everything the steps of one run work with. */
export interface RunContext {
  runId: string;
  tenant: string;
  /** Of Greenroom, for how it introduces itself to websites. */
  version: string;
  spec: DemoSpec;
  /** Folder of the run, for files handed to the user. */
  dir: string;
  /** Names the bot on the platform. */
  handle: string;
  platform: Platform;
  mockHost: MockHost;
  writer: Writer;
  browsers: Browsers;
  extractor: Extractor;
  /** The one dashboard session that all browser tasks of the run share. */
  dashboard: DashboardSession;
  /** Actions of the spec, an OpenAPI file already read; none when the writer is to choose. */
  specActions: readonly DemoAction[] | undefined;
  /** Key that the user gave, for `manual`. */
  apiKey: string | undefined;
  /** Longest life of a browser session of the run. */
  browserDeadlineMs: number;
  /** Keeps a value that the run came by out of everything written or shown. */
  secrets: Secrets;
  logger: Logger;
}
