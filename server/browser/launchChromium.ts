import type { Browser, BrowserType } from 'playwright';
import { GreenroomError } from '../../shared/errors.ts';
import { raceAbort } from '../timing/abort.ts';
import { CLOSE_MS } from './closeLadder.ts';
import { startChromium } from './chromiumProcess.ts';
import type { ChromiumProcess, ProcessOptions } from './chromiumProcess.ts';

/** A running browser with Playwright attached. */
export interface LaunchedBrowser {
  readonly browser: Browser;
  readonly pid: number;
  readonly startedAt: number;
  /** Resolves, with the reason, when the process has ended or no longer speaks to us. Never rejects. */
  readonly lost: Promise<string>;
  /** The close ladder from the browser downwards. Idempotent, never rejects; afterwards nothing of it is left. */
  close(): Promise<void>;
  /** The ladder without its polite rung, for a browser that has crashed or hangs. */
  kill(): Promise<void>;
}

const CONNECT_MS = 30_000;
/** Failures that the same launch meets again. */
const PERMANENT = /ENOENT|EACCES|ENOEXEC|shared libraries/;
const NO_SANDBOX_HERE = /No usable sandbox|SUID sandbox helper/i;

export interface LaunchOptions extends ProcessOptions {
  /** Ends a launch that is under way. */
  signal: AbortSignal;
}

/**
 * Starts Chromium and attaches Playwright, which is loaded only now. Errors: `browser-launch-failed`.
 */
export async function launchChromium(options: LaunchOptions): Promise<LaunchedBrowser> {
  const playwright = import('playwright');
  playwright.catch(() => undefined);
  const chromium = await startChromium(options).catch((error: unknown) => {
    throw launchFailed(options.executablePath, messageOf(error), error);
  });
  try {
    return await attach(chromium, (await playwright).chromium, options);
  } catch (error) {
    await chromium.close([]);
    const words = chromium.lastWords();
    if (options.sandbox && NO_SANDBOX_HERE.test(words)) {
      options.logger.warn('this machine does not let Chromium use its sandbox; it runs without');
      return launchChromium({ ...options, sandbox: false });
    }
    options.signal.throwIfAborted();
    throw launchFailed(options.executablePath, words || messageOf(error), error);
  }
}

async function attach(
  chromium: ChromiumProcess,
  type: BrowserType,
  { logger, signal }: LaunchOptions,
): Promise<LaunchedBrowser> {
  const early = chromium.ended.then((why): never => {
    throw new Error(`it ended while starting (${why})`);
  });
  const connecting = type.connectOverCDP(chromium.transport, {
    artifactsDir: chromium.home.artifactsDir,
    timeout: CONNECT_MS,
  });
  connecting.catch(() => undefined);
  early.catch(() => undefined);
  const browser = await raceAbort(Promise.race([connecting, early]), signal);

  const disconnected = new Promise<string>((resolve) => {
    browser.once('disconnected', () => resolve('it closed its connection'));
  });
  const polite = {
    name: 'browser',
    deadlineMs: CLOSE_MS.browser,
    // Over a CDP connection, Playwright's own close only disconnects; the browser ends because its pipe does.
    climb: async () => {
      const session = await browser.newBrowserCDPSession();
      await session.send('Browser.close');
    },
  };
  logger.info({ pid: chromium.pid, version: browser.version() }, 'browser launched');
  return {
    browser,
    pid: chromium.pid,
    startedAt: Date.now(),
    lost: Promise.race([chromium.ended, disconnected]),
    close: () => chromium.close([polite]),
    kill: () => chromium.close([]),
  };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

function launchFailed(path: string, why: string, cause: unknown): GreenroomError {
  const hint = /error while loading shared libraries/.test(why)
    ? 'Install the missing library (`npm run setup` does), or name another browser in greenroom.browser.executablePath.'
    : 'Start that browser once by hand to see why, or name another one in greenroom.browser.executablePath.';
  return new GreenroomError('browser-launch-failed', `The browser ${path} did not start: ${why}.`, hint, {
    cause,
    retryable: !PERMANENT.test(why),
  });
}
