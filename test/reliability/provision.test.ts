import assert from 'node:assert/strict';
import type { ProvisionParams, Run } from '../../shared/protocol.ts';
import type { Client } from '../../server/cli/connection.ts';
import { type SampleSite, serveSample } from '../../server/sample/serve.ts';
import { browsersOf, processesOf } from '../harness/browserProcesses.ts';
import { freshHome, type TestHome, typed, until } from '../server/connect.ts';

describe('a run when something dies under it', function () {
  this.timeout(180_000);
  let home: TestHome;
  let site: SampleSite;
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    home = freshHome();
    site = await serveSample();
  });
  after(async () => {
    await home[Symbol.asyncDispose]();
    await site.stop();
  });

  const SMALL = 'knowledge: { maxPages: 4 }\nconversations: { count: 2 }\n';
  const paramsOf = (company: string): ProvisionParams => ({ company, website: site.url, spec: SMALL });
  const connect = async (): Promise<Client> => (await home.connect()).connection;
  const stateOf = async (client: Client, runId: string, step: string): Promise<string> => {
    const run = await client.request('run/get', { runId });
    return run.steps.find(({ id }) => id === step)?.status ?? assert.fail(`no step ${step}`);
  };
  const reached = (client: Client, runId: string, step: string): Promise<void> =>
    until(async () => (await stateOf(client, runId, step)) !== 'pending', `${step} to start`, 60_000);
  const assertReady = (run: Run): void =>
    assert.equal(run.status, 'ready', JSON.stringify({ error: run.error, outcomes: run.outcomes }));

  it('holds exactly one browser while it goes on, and the browser outlives no session of it', async () => {
    const client = await connect();
    const { runId } = await client.request('run/start', paramsOf('One Browser'));
    const seen: number[] = [];
    const watch = setInterval(() => seen.push(browsersOf(home.paths.home).length), 200);
    const run = await client.request('run/wait', { runId });
    clearInterval(watch);
    assertReady(run);
    assert.equal(Math.max(...seen), 1);
    assert.deepEqual(await client.request('session/list', {}), []);
  });

  for (const step of ['read-website', 'get-api-key', 'import-actions']) {
    it(`gets ready all the same when the browser is killed during ${step}`, async () => {
      const client = await connect();
      const { runId } = await client.request('run/start', paramsOf(`Killed ${step}`));
      await reached(client, runId, step);
      await until(() => browsersOf(home.paths.home).length === 1, 'the browser to be there', 30_000);
      for (const pid of browsersOf(home.paths.home)) process.kill(pid, 'SIGKILL');
      assertReady(await client.request('run/wait', { runId }));
      assert.equal(browsersOf(home.paths.home).length, 1, 'one browser followed the other');
    });
  }

  it('ends with its server: the client hears it, nothing is orphaned, the run is remembered, the next one is fine', async () => {
    const client = await connect();
    const params = paramsOf('Killed Server');
    const { runId } = await client.request('run/start', params);
    await reached(client, runId, 'add-website-source');
    const wait = client.request('run/wait', { runId });
    process.kill(home.pid() ?? assert.fail('no server'), 'SIGKILL');
    await assert.rejects(wait, typed('network'));
    await until(() => processesOf(home.paths.home).length === 0, 'every process of ours to be gone', 15_000);

    const next = await connect();
    const { runs } = await next.request('state/attach', {});
    const killed = runs.find(({ id }) => id === runId) ?? assert.fail('the run is forgotten');
    assert.equal(killed.status, 'failed');
    assert.match(killed.error?.message ?? '', /ended in the middle/);
    const again = await next.request('run/start', params);
    const run = await next.request('run/wait', again);
    assertReady(run);
    assert.equal(run.steps.find(({ id }) => id === 'clone-bot')?.status, 'adopted');
    assert.equal(run.botUrl, killed.botUrl);
  });
});
