import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Settings } from '../../shared/protocol.ts';
import { entryPath } from '../entry.ts';
import type { Browsers } from './backend.ts';
import { findBrowser } from './findBrowser.ts';
import { launchChromium } from './launchChromium.ts';
import { identify } from './processIdentity.ts';
import { reap } from './reaper.ts';
import type { ReapReport } from './reaper.ts';
import { createBrowsers } from './sessions.ts';
import { createSharedBackend } from './sharedBackend.ts';
import { createSupervision } from './supervision.ts';

export interface BrowserEngine extends Browsers {
  /** What the start-up reaper did. Never rejects. */
  readonly reaped: Promise<ReapReport>;
}

/** The browser engine of one server. Starts no process and loads no browser code before the first session. */
export function createBrowserEngine(options: {
  /** Folder of this server's state; browsers live in its `browsers`. */
  stateDir: string;
  /** Asked for when they are needed: they may change between two launches. */
  settings: () => Settings;
  /** Time without a session after which the browser is closed. Default 300 000. */
  idleMs?: number;
  logger: Logger;
}): BrowserEngine {
  const { settings, logger } = options;
  const root = join(options.stateDir, 'browsers');
  const reaped = reap(root, logger).catch((error: unknown) => {
    logger.error({ err: error }, 'leftover browsers could not be looked for');
    return { ended: 0, removed: 0 };
  });
  const supervision = createSupervision(entryPath('supervisor'), logger);
  const server = identify(process.pid);
  const machine = { platform: process.platform, env: process.env, home: homedir() };

  const backend = createSharedBackend({
    logger,
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
    async launch(signal) {
      const found = await findBrowser(machine, {
        explicit: settings()['browser.executablePath'],
        downloaded: playwrightDownload,
      });
      return launchChromium({
        executablePath: found.path,
        root,
        headless: settings()['browser.headless'] ?? true,
        sandbox: process.platform !== 'linux' || process.getuid?.() !== 0,
        server,
        supervision,
        signal,
        logger,
      });
    },
  });
  const browsers = createBrowsers({
    backend,
    limits: () => ({
      capacity: settings()['browser.maxPages'] ?? 5,
      maxQueue: settings()['browser.maxQueue'] ?? 200,
    }),
    logger,
  });
  return {
    ...browsers,
    reaped,
    async dispose() {
      await browsers.dispose();
      await supervision.dispose();
      await reaped;
    },
  };
}

async function playwrightDownload(): Promise<string | undefined> {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}
