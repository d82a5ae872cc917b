import type { Logger } from 'pino';
import type { Paths } from '../shared/paths.ts';
import type { Health, ServerIdentity, ServerInfo, ServiceHealth, Settings } from '../shared/protocol.ts';
import { type Changes, createChanges } from './lifecycle/changes.ts';
import { createDeparture, type Departure } from './lifecycle/departure.ts';
import type { Redactor } from './logRedaction.ts';
import { createServices, type Services } from './services.ts';

export interface AppOptions {
  paths: Paths;
  logger: Logger;
  redactor: Redactor;
  version: string;
  protocol: number;
}

/** Everything a server process is made of, passed on explicitly. */
export interface App {
  readonly paths: Paths;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly services: Services;
  readonly changes: Changes;
  readonly departure: Departure;
  /** Those of the newest client that stated them. */
  settings(): Readonly<Settings>;
  useSettings(settings: Settings): void;
  identity(): ServerIdentity;
  info(): ServerInfo;
  /** Answers from memory; loads nothing. */
  health(): Health;
  /** Runs, jobs and tasks under way. */
  activeWork(): number;
  /** Counts as work until the returned function is called. */
  beginWork(): () => void;
  /** Counts as a client until the returned function is called. */
  addClient(): () => void;
  clients(): number;
  /** True while somebody is connected, something runs, or a bot was visited within `withinMs`. */
  busy(withinMs: number): boolean;
  /** Cancels what runs, then ends the services. Never rejects. */
  dispose(): Promise<void>;
}

export function createApp(options: AppOptions): App {
  const { paths, logger, redactor, version, protocol } = options;
  const startedAt = Date.now();
  const changes = createChanges();
  let settings: Settings = {};
  let clients = 0;
  let work = 0;

  const services = createServices({
    paths,
    logger,
    redactor,
    changes,
    version,
    settings: () => settings,
  });
  const activeWork = (): number =>
    work + (services.runs.peek()?.active() ?? 0) + (services.scrapes.peek()?.active() ?? 0);
  const departure = createDeparture({
    activeWork,
    onDraining: () => changes.emit({ topic: 'server' }),
  });

  const info = (): ServerInfo => ({
    pid: process.pid,
    version,
    startedAt,
    socket: paths.socket,
    draining: departure.draining,
    clients,
    browser: services.browsers.peek()?.info() ?? { state: 'absent', backend: 'shared', epoch: 0 },
  });

  return {
    paths,
    logger,
    redactor,
    services,
    changes,
    departure,
    settings: () => settings,
    useSettings: (stated) => {
      settings = stated;
    },
    identity: () => ({ protocol, version, pid: process.pid, startedAt, draining: departure.draining }),
    info,
    health: () => healthOf(info(), startedAt, services),
    activeWork,
    beginWork: () => {
      work++;
      return once(() => work--);
    },
    addClient: () => {
      clients++;
      changes.emit({ topic: 'server' });
      return once(() => {
        clients--;
        changes.emit({ topic: 'server' });
      });
    },
    clients: () => clients,
    busy: (withinMs) => clients > 0 || activeWork() > 0 || services.visitedWithin(withinMs),
    dispose: async () => {
      for (const wave of services.inOrderOfEnding) {
        const ended = await Promise.allSettled(wave.map((service) => service.dispose()));
        for (const outcome of ended) {
          if (outcome.status === 'rejected')
            logger.error({ err: outcome.reason as unknown }, 'a service did not end');
        }
      }
    },
  };
}

function healthOf(server: ServerInfo, startedAt: number, services: Services): Health {
  const memory = process.memoryUsage();
  return {
    server,
    uptimeMs: Date.now() - startedAt,
    memory: { rssBytes: memory.rss, heapUsedBytes: memory.heapUsed },
    services: services.named.map(([name, service]): ServiceHealth => ({ name, ...service.health() })),
    pool: services.browsers.peek()?.pool() ?? {
      capacity: services.capacity(),
      leased: 0,
      waiting: 0,
    },
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
