import assert from 'node:assert/strict';
import type { Page } from 'playwright';
import { GreenroomError } from '../../shared/errors.ts';
import { createBrowsers } from '../../server/browser/sessions.ts';
import type { BrowserBackend } from '../../server/browser/backend.ts';
import type { Dashboard } from '../../server/platforms/platform.ts';
import { DashboardSession } from '../../server/provision/dashboardSession.ts';
import { pino } from 'pino';

const request = { purpose: 'Provision Acme', owner: 'run', tenant: 'test' };
const dashboard = { logIn: () => Promise.resolve() } as unknown as Dashboard;
const cancelled = new GreenroomError('cancelled', 'The run was cancelled.', 'Start it again.');
const nothing = (): void => undefined;
const task = (page: Page): Promise<Page> => Promise.resolve(page);

/** Sessions over a browser that takes as long to launch as the caller has patience. */
function slowBrowsers() {
  const backend: BrowserBackend = {
    name: 'shared',
    info: () => ({ state: 'launching', backend: 'shared', epoch: 0 }),
    acquire: (_options, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      ),
    onLost: () => nothing,
    onChange: () => nothing,
    close: () => Promise.resolve(),
  };
  return createBrowsers({
    backend,
    limits: () => ({ capacity: 1, maxQueue: 5 }),
    logger: pino({ level: 'silent' }),
  });
}

describe("a run's dashboard session", () => {
  it('stops opening at once when its step is cancelled, and leaves no session behind', async () => {
    const browsers = slowBrowsers();
    const session = new DashboardSession(browsers, request);
    const cancel = new AbortController();
    const used = session.use(dashboard, cancel.signal, nothing, task);
    while (browsers.list()[0]?.state !== 'opening') await Promise.resolve();
    cancel.abort(cancelled);
    await assert.rejects(used, cancelled);
    assert.deepEqual(browsers.list(), []);
  });

  it('leaves the queue at once when its step is cancelled', async () => {
    const browsers = slowBrowsers();
    browsers.open(request).catch(nothing);
    const cancel = new AbortController();
    const used = new DashboardSession(browsers, request).use(dashboard, cancel.signal, nothing, task);
    while (browsers.list()[1]?.state !== 'waiting') await Promise.resolve();
    cancel.abort(cancelled);
    await assert.rejects(used, cancelled);
    assert.equal(browsers.pool().waiting, 0);
    await browsers.dispose();
  });
});
