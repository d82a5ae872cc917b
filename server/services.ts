import type { Logger } from 'pino';
import { GreenroomError } from '../shared/errors.ts';
import type { Paths } from '../shared/paths.ts';
import type { ServiceHealth, Settings } from '../shared/protocol.ts';
import type { Browsers } from './browser/backend.ts';
import type { Changes } from './lifecycle/changes.ts';
import { createLazy, type Lazy } from './lifecycle/lazy.ts';
import { watchVisits } from './lifecycle/visits.ts';
import type { Redactor } from './logRedaction.ts';
import type { LocalMockHost } from './mocks/local/localMockHost.ts';
import type { createSandboxPlatform } from './platforms/sandbox/platform.ts';
import type { Sandbox } from './platforms/sandbox/start.ts';
import type { Chats } from './provision/chat.ts';
import type { Registry } from './provision/registry.ts';
import type { Runs } from './provision/runs.ts';
import type { Extractor } from './scrape/extractor.ts';
import type { ScrapeJobs } from './scrape/jobs.ts';

type SandboxPlatform = ReturnType<typeof createSandboxPlatform>;

/** The sandbox platform's server and our client of it. */
export interface SandboxService {
  readonly host: Sandbox;
  readonly platform: SandboxPlatform;
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
  readonly sandbox: Lazy<SandboxService>;
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
  const { paths, logger, redactor, changes, settings } = options;
  const visits = watchVisits();

  const browsers = lazy<Browsers>(
    async () => {
      const { createBrowserEngine } = await import('./browser/engine.ts');
      const engine = createBrowserEngine({
        stateDir: paths.home,
        settings,
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
  const sandbox = lazy<SandboxService>(
    async () => {
      const [{ startSandbox }, { createSandboxPlatform }] = await Promise.all([
        import('./platforms/sandbox/start.ts'),
        import('./platforms/sandbox/platform.ts'),
      ]);
      // Its bots call their actions on the mock host, which an earlier server may have published them on.
      mocks
        .get()
        .then((it) => it.start())
        .catch((error: unknown) => logger.error({ err: error }, 'the mock host did not start'));
      const host = await startSandbox({
        dir: paths.sandbox,
        logger: logger.child({ service: 'sandbox' }),
        extractor: await extractor.get(),
      });
      const { email, password, cloneSecret } = host.account;
      for (const secret of [password, cloneSecret]) redactor.add(secret);
      const platform = createSandboxPlatform({
        baseUrl: host.url,
        account: { email, password },
        cloneSecret,
      });
      return { host, platform };
    },
    async ({ host, platform }) => {
      await platform.close();
      await host.stop();
    },
  );
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
        browserDeadlineMs: () =>
          (settings()['provision.browserDeadlineSeconds'] ?? DEFAULT_DEADLINE_SECONDS) * 1000,
        version: options.version,
        redactor,
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
    inOrderOfEnding: [[runs, scrapes], [chats, browsers], [sandbox, mocks], [extractor]],
    capacity: () => settings()['browser.maxPages'] ?? DEFAULT_MAX_PAGES,
    visitedWithin: (ms) => visits.within(ms),
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
