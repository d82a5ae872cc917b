import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBrowserEngine } from '../../server/browser/engine.ts';
import { createLocalMockHost, type LocalMockHost } from '../../server/mocks/local/localMockHost.ts';
import { createSandboxPlatform } from '../../server/platforms/sandbox/platform.ts';
import type { FaultInput } from '../../server/platforms/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../server/platforms/sandbox/start.ts';
import type { Browsers } from '../../server/browser/backend.ts';
import type { Registry } from '../../server/provision/registry.ts';
import type { Runs } from '../../server/provision/runs.ts';
import { createRuns } from '../../server/provision/service.ts';
import { Redactor } from '../../server/logRedaction.ts';
import { createExtractor } from '../../server/scrape/extractor.ts';
import { createOfflineWriter } from '../../server/writers/offline/offlineWriter.ts';

/** The real services of a server in this process, in a home of their own. */
export interface Provisioning {
  home: string;
  runs: Runs;
  registry: Registry;
  browsers: Browsers;
  sandbox: Sandbox;
  mocks: LocalMockHost;
  /** Sets what goes wrong on the platform; an empty list mends it. */
  setFaults(faults: FaultInput[]): Promise<void>;
  /** A runs service that begins anew over the same home, as after a restart. */
  restartedRuns(): Promise<Runs>;
  dispose(): Promise<void>;
}

export async function startProvisioning(): Promise<Provisioning> {
  const home = await mkdtemp(join(tmpdir(), 'greenroom-provision-'));
  const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const browsers = createBrowserEngine({ stateDir: home, settings: () => ({}), logger });
  const extractor = createExtractor();
  const sandbox = await startSandbox({ dir: join(home, 'sandbox'), logger, allowFaults: true });
  const mocks = createLocalMockHost({ dir: join(home, 'mocks'), logger });
  const platform = createSandboxPlatform({
    baseUrl: sandbox.url,
    account: sandbox.account,
    cloneSecret: sandbox.account.cloneSecret,
  });
  const registry: Registry = {
    platforms: { sandbox: () => Promise.resolve(platform) },
    mockHosts: { local: () => Promise.resolve(mocks) },
    writers: { offline: () => Promise.resolve(createOfflineWriter()) },
  };
  const newRuns = (): Promise<Runs> =>
    createRuns({
      dir: join(home, 'runs'),
      registry,
      browsers: () => Promise.resolve(browsers),
      extractor: () => Promise.resolve(extractor),
      browserDeadlineMs: () => 120_000,
      redactor: new Redactor(),
      version: '0.0.0-test',
      logger,
    });
  const runs = await newRuns();
  return {
    home,
    runs,
    registry,
    browsers,
    sandbox,
    mocks,
    async setFaults(faults) {
      const response = await fetch(`${sandbox.url}/_test/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      });
      if (!response.ok) throw new Error(`faults: ${response.status} ${await response.text()}`);
    },
    restartedRuns: newRuns,
    async dispose() {
      await runs.dispose();
      await browsers.dispose();
      await extractor.dispose();
      await sandbox.stop();
      await mocks.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
