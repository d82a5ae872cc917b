import type { Logger } from 'pino';
import { GreenroomError } from '../shared/errors.ts';
import type { Paths } from '../shared/paths.ts';
import type { ChatOpened, ChatReply, ServiceHealth, Settings } from '../shared/protocol.ts';
import type { Browsers } from './browser/backend.ts';
import type { Changes } from './lifecycle/changes.ts';
import { createLazy, type Lazy } from './lifecycle/lazy.ts';
import type { Redactor } from './logRedaction.ts';
import type { Runs } from './provision/runs.ts';
import type { Extractor } from './scrape/extractor.ts';
import type { ScrapeJobs } from './scrape/jobs.ts';

export interface Chats {
  open(runId: string): Promise<ChatOpened>;
  send(conversationId: string, text: string, signal: AbortSignal): Promise<ChatReply>;
}

export interface Sandbox {
  readonly url: string;
  loginOnce(): string | Promise<string>;
  stop(): Promise<void>;
}

export interface ServicesOptions {
  paths: Paths;
  logger: Logger;
  redactor: Redactor;
  changes: Changes;
  settings: () => Readonly<Settings>;
}

/** The services of a server, each loaded at its first use. */
export interface Services {
  readonly browsers: Lazy<Browsers>;
  readonly extractor: Lazy<Extractor>;
  readonly scrapes: Lazy<ScrapeJobs>;
  readonly sandbox: Lazy<Sandbox>;
  readonly runs: Lazy<Runs>;
  readonly chats: Lazy<Chats>;
  /** As health names them. */
  readonly named: readonly (readonly [ServiceHealth['name'], Pick<Lazy<unknown>, 'health'>])[];
  /** Those of one wave end together; users end before what they use. */
  readonly inOrderOfEnding: readonly (readonly Pick<Lazy<unknown>, 'dispose'>[])[];
  /** Pages that may be open at once. */
  capacity(): number;
  /** True when somebody used a bot or a mock endpoint in the last `ms` milliseconds. */
  visitedWithin(ms: number): boolean;
}

const DEFAULT_MAX_PAGES = 5;

export function createServices(options: ServicesOptions): Services {
  const { paths, logger, changes, settings } = options;

  const browsers = lazy<Browsers>(notBuilt('browser engine'), (it) => it.dispose());
  const extractor = lazy<Extractor>(
    async () => (await import('./scrape/extractor.ts')).createExtractor(),
    (it) => it.dispose(),
  );
  const scrapes = lazy<ScrapeJobs>(
    async () => {
      const { createScrapeJobs } = await import('./scrape/scrapeJobs.ts');
      const jobs = createScrapeJobs({
        browsers: await browsers.get(),
        extractor: await extractor.get(),
        dir: paths.scrapes,
        logger: logger.child({ service: 'scraper' }),
      });
      jobs.onChange((id) => changes.emit({ topic: 'jobs', id }));
      return jobs;
    },
    (it) => it.dispose(),
  );
  const sandbox = lazy<Sandbox>(notBuilt('sandbox'), (it) => it.stop());
  const mocks = lazy<never>(notBuilt('mock host'), () => undefined);
  const runs = lazy<Runs>(notBuilt('runs'), (it) => it.dispose());
  const chats = lazy<Chats>(notBuilt('chats'), () => undefined);

  return {
    browsers,
    extractor,
    scrapes,
    sandbox,
    runs,
    chats,
    named: [
      ['browser', browsers],
      ['sandbox', sandbox],
      ['mocks', mocks],
      ['scraper', scrapes],
      ['runs', runs],
    ],
    inOrderOfEnding: [
      [runs, scrapes],
      [chats, browsers, extractor],
      [sandbox, mocks],
    ],
    capacity: () => settings()['browser.maxPages'] ?? DEFAULT_MAX_PAGES,
    visitedWithin: () => false,
  };
}

function lazy<T>(load: () => Promise<T>, unload: (it: T) => Promise<void> | void): Lazy<T> {
  return createLazy(
    load,
    unload,
    () =>
      new GreenroomError('draining', 'The server is leaving.', 'Try again in a few seconds.', {
        retryable: true,
      }),
  );
}

function notBuilt(name: string): () => Promise<never> {
  return () =>
    Promise.reject(
      new GreenroomError(
        'platform-unavailable',
        `This build has no ${name}.`,
        'Install a complete build of Greenroom.',
        { retryable: false },
      ),
    );
}
