import type { Logger } from 'pino';
import { GreenroomError } from '../shared/errors.ts';
import type { Paths } from '../shared/paths.ts';
import type { ServiceHealth, Settings } from '../shared/protocol.ts';
import type { Browsers } from './browser/backend.ts';
import type { Changes } from './lifecycle/changes.ts';
import { createLazy, type Lazy } from './lifecycle/lazy.ts';
import type { Redactor } from './logRedaction.ts';
import type { LocalMockHost } from './mocks/local/localMockHost.ts';
import type { Platform } from './platforms/platform.ts';
import type { Chats } from './provision/chat.ts';
import type { Registry } from './provision/registry.ts';
import type { Runs } from './provision/runs.ts';
import type { Extractor } from './scrape/extractor.ts';
import type { ScrapeJobs } from './scrape/jobs.ts';

export interface Sandbox {
  readonly url: string;
  readonly platform: Platform;
  loginOnce(): string | Promise<string>;
  stop(): Promise<void>;
}

export interface ServicesOptions {
  paths: Paths;
  logger: Logger;
  redactor: Redactor;
  changes: Changes;
  version: string;
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
const DEFAULT_DEADLINE_SECONDS = 300;

export function createServices(options: ServicesOptions): Services {
  const { paths, logger, changes, settings } = options;

  const browsers = lazy<Browsers>(
    async () => {
      const { createBrowserEngine } = await import('./browser/engine.ts');
      const engine = createBrowserEngine({
        stateDir: paths.home,
        settings: settings(),
        logger: logger.child({ service: 'browser' }),
      });
      engine.onChange(() => {
        changes.emit({ topic: 'sessions' });
        changes.emit({ topic: 'server' });
      });
      return engine;
    },
    (it) => it.dispose(),
  );
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
  const mocks = lazy<LocalMockHost>(
    async () => {
      const { createLocalMockHost } = await import('./mocks/local/localMockHost.ts');
      return createLocalMockHost({ dir: paths.mocks, logger: logger.child({ service: 'mocks' }) });
    },
    (it) => it.stop(),
  );
  const registry: Registry = {
    platforms: { sandbox: async () => (await sandbox.get()).platform },
    mockHosts: { local: () => mocks.get() },
    writers: {
      offline: async () => (await import('./writers/offline/offlineWriter.ts')).createOfflineWriter(),
    },
  };
  const runs = lazy<Runs>(
    async () => {
      const { createRuns } = await import('./provision/service.ts');
      const service = await createRuns({
        dir: paths.runs,
        registry,
        browsers: () => browsers.get(),
        extractor: () => extractor.get(),
        browserDeadlineMs:
          (settings()['provision.browserDeadlineSeconds'] ?? DEFAULT_DEADLINE_SECONDS) * 1000,
        version: options.version,
        logger: logger.child({ service: 'runs' }),
      });
      service.onChange((id) => changes.emit({ topic: 'runs', id }));
      return service;
    },
    (it) => it.dispose(),
  );
  const chats = lazy<Chats>(
    async () => {
      const { createChats } = await import('./provision/chat.ts');
      // A bot calls its actions on the mock host, which an earlier server may have published them on.
      await (await mocks.get()).start();
      return createChats({ runs: await runs.get(), registry });
    },
    () => undefined,
  );

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
