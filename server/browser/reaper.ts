import type { Logger } from 'pino';
import { endStray } from './closeLadder.ts';
import { listHomes, readRecord, removeHome } from './homes.ts';
import type { BrowserHome } from './homes.ts';
import { commandLine, isRunning } from './processIdentity.ts';

export interface ReapReport {
  /** Browsers ended. */
  ended: number;
  /** Folders removed. */
  removed: number;
}

/**
 * Ends the browsers and removes the folders that servers left which no longer run. A browser is recognised by pid
 * and start time and profile folder together; what does not match all three is left alone.
 */
export async function reap(root: string, logger: Logger): Promise<ReapReport> {
  const report: ReapReport = { ended: 0, removed: 0 };
  for (const home of await listHomes(root)) {
    try {
      await reapHome(home, report, logger);
    } catch (error) {
      logger.warn({ err: error, home: home.dir }, 'a leftover browser folder could not be removed');
    }
  }
  return report;
}

async function reapHome(home: BrowserHome, report: ReapReport, logger: Logger): Promise<void> {
  const record = await readRecord(home);
  if (record !== undefined && (await isRunning(record.server))) return;
  const browser = record?.browser;
  if (browser !== undefined && (await isRunning(browser))) {
    if ((await commandLine(browser.pid)).includes(`--user-data-dir=${home.profileDir}`)) {
      logger.warn({ pid: browser.pid, home: home.dir }, 'ending a browser that an earlier server left');
      if (!(await endStray(browser, 2_000))) return;
      report.ended += 1;
    }
  }
  await removeHome(home);
  report.removed += 1;
}
