import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Logger } from 'pino';
import * as z from 'zod';
import { createExtractor, type Extractor } from '../../scrape/extractor.ts';
import { type Account, Accounts } from './accounts.ts';
import { DEFAULT_RATE_LIMITS, type RateLimits } from './api.ts';
import { createApp } from './httpApp.ts';
import { Background } from './background.ts';
import { Bots } from './bots.ts';
import { JsonDocument } from './document.ts';
import { Faults } from './faults.ts';
import { DEFAULT_DELAYS, type Delays } from './services.ts';

export interface SandboxOptions {
  /** Where accounts, keys, bots and conversations are kept. One platform at a time may use it. */
  dir: string;
  logger: Logger;
  /** Shared with others, who dispose of it. Default: one of its own. */
  extractor?: Extractor;
  /** Serves `/_test/faults`, where tests set what goes wrong. Default false. */
  allowFaults?: boolean;
  delays?: Partial<Delays>;
  rateLimits?: Partial<RateLimits>;
  now?: () => Date;
}

/** A running sandbox platform. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly account: Readonly<Account>;
  /** A one-time address that logs a person in and shows the dashboard at `path` (default: its start). Valid for 60 s. */
  loginUrl(path?: string): string;
  /** Ends background work, closes connections and resolves when everything is stored. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the platform on 127.0.0.1, on the port it had last time when that is free. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, logger, now = () => new Date() } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const background = new Background(logger);
  const extractor = options.extractor ?? createExtractor({ size: 1 });
  const faults = new Faults();
  const delays = { ...DEFAULT_DELAYS, ...options.delays };
  const accounts = await Accounts.open(dir, now);
  const bots = await Bots.open({ dir, logger, background, faults, delays, extractor, now });
  const place = await JsonDocument.load(
    join(dir, 'address.json'),
    (content) =>
      z
        .object({ port: z.int().min(0).max(65_535) })
        .catch({ port: 0 })
        .parse(content),
    () => ({ port: 0 }),
  );
  let url = '';
  const app = createApp({
    accounts,
    bots,
    logger,
    faults: options.allowFaults === true ? faults : undefined,
    limits: { ...DEFAULT_RATE_LIMITS, ...options.rateLimits },
    baseUrl: () => url,
    signal: background.signal,
  });
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.requestTimeout = 60_000;
  const port = await listen(server, place.value.port);
  url = `http://127.0.0.1:${port}`;
  place.value = { port };
  await place.save();
  logger.info({ url }, 'sandbox platform is up');

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await background.end();
    server.closeAllConnections();
    await closed;
    if (options.extractor === undefined) await extractor.dispose();
  };
  return {
    url,
    port,
    account: accounts.account,
    loginUrl(path = '/') {
      return `${url}/login/once/${accounts.newLink()}?to=${encodeURIComponent(path)}`;
    },
    stop: () => (stopping ??= stop()),
  };
}

/** Listens on `wanted`, or on any free port when that is taken. */
async function listen(server: Server, wanted: number): Promise<number> {
  try {
    return await tryListen(server, wanted);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (wanted === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    return await tryListen(server, 0);
  }
}

function tryListen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
