import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createBrowserEngine } from '../../server/browser/engine.ts';
import { browserHome, makeHome, writeRecord } from '../../server/browser/homes.ts';
import { identify } from '../../server/browser/processIdentity.ts';
import { reap } from '../../server/browser/reaper.ts';
import {
  browsersOf,
  homesOf,
  nothingLeft,
  processesOf,
  quiet,
  request,
  temporaryState,
  tinySite,
  until,
} from '../harness/browserProcesses.ts';

const OWNER = join(import.meta.dirname, 'fixtures', 'browserOwner.ts');

/** Starts a process that owns an engine; resolves when its browser runs. */
async function startOwner(stateDir: string): Promise<{ owner: ChildProcess; browser: number }> {
  const owner = spawn(process.execPath, [OWNER, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: owner.stdout! })) {
    return { owner, browser: (JSON.parse(line) as { pid: number }).pid };
  }
  throw new Error('the owner ended early');
}

/** The supervisor that `owner` started: a child of it that runs supervisor.ts. */
function supervisorOf(owner: number): number {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === owner && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('supervisor');
    } catch {
      return false;
    }
  });
  assert.equal(children.length, 1);
  return Number(children[0]);
}

describe('a browser that is killed, stopped or abandoned', function () {
  this.timeout(60_000);
  let state: ReturnType<typeof temporaryState>;
  beforeEach(() => (state = temporaryState()));
  afterEach(() => {
    for (const { pid } of processesOf(state.dir)) process.kill(pid, 'SIGKILL');
    state.remove();
  });

  it('fails the sessions concerned with a typed error, and the next session gets a new browser', async () => {
    const site = await tinySite();
    const engine = createBrowserEngine({ stateDir: state.dir, settings: () => ({}), logger: quiet });
    const sessions = [await engine.open(request()), await engine.open(request())];
    const pages = await Promise.all(sessions.map((session) => session.newPage()));
    const work = sessions.map((session, i) => session.run(() => pages[i]!.goto(`${site.url}/never`)));
    const failures = work.map((each) => assert.rejects(each, { code: 'browser-crashed' }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(engine.info().pid!, 'SIGKILL');
    await Promise.all(failures);
    await assert.rejects(sessions[0]!.newPage(), { code: 'browser-crashed' });

    const next = await Promise.all([engine.open(request()), engine.open(request())]);
    assert.deepEqual(
      next.map(({ epoch }) => epoch),
      [2, 2],
    );
    const page = await next[0]!.newPage();
    assert.equal((await next[0]!.run(() => page.goto(site.url)))?.status(), 200);
    await until('the first browser is cleared away', () => browsersOf(state.dir).length === 1);
    assert.equal(homesOf(state.dir).length, 2);
    await engine.dispose();
    await nothingLeft(state.dir);
    await site.close();
  });

  it('is killed by the close ladder when it is stopped and does not answer', async () => {
    const engine = createBrowserEngine({ stateDir: state.dir, settings: () => ({}), logger: quiet });
    const session = await engine.open(request());
    await session.newPage();
    const pid = engine.info().pid!;
    process.kill(pid, 'SIGSTOP');
    const start = performance.now();
    await engine.dispose();
    assert.ok(performance.now() - start < 25_000, `took ${performance.now() - start} ms`);
    await nothingLeft(state.dir, 2_000);
  });

  it('ends with its server, however the server ends', async () => {
    const { owner } = await startOwner(state.dir);
    owner.kill('SIGKILL');
    await nothingLeft(state.dir, 8_000);
  });

  it('is killed by the supervisor when its server is killed and it cannot end by itself', async () => {
    const { owner, browser } = await startOwner(state.dir);
    const supervisor = supervisorOf(owner.pid!);
    process.kill(supervisor, 'SIGTERM');
    process.kill(browser, 'SIGSTOP');
    owner.kill('SIGKILL');
    await nothingLeft(state.dir, 10_000);
    await until('the supervisor left', () => !isAlive(supervisor), 5_000);
  });

  it('is ended at the next start when server and supervisor were killed', async () => {
    const { owner, browser } = await startOwner(state.dir);
    const supervisor = supervisorOf(owner.pid!);
    process.kill(browser, 'SIGSTOP');
    process.kill(supervisor, 'SIGKILL');
    owner.kill('SIGKILL');
    await until('both are gone', () => !isAlive(supervisor) && !isAlive(owner.pid!), 5_000);
    assert.deepEqual(browsersOf(state.dir), [browser]);

    const engine = createBrowserEngine({ stateDir: state.dir, settings: () => ({}), logger: quiet });
    assert.deepEqual(await engine.reaped, { ended: 1, removed: 1 });
    await nothingLeft(state.dir, 2_000);
    await engine.dispose();
  });

  it('is left alone by the reaper while its server lives', async () => {
    const engine = createBrowserEngine({ stateDir: state.dir, settings: () => ({}), logger: quiet });
    const session = await engine.open(request());
    assert.deepEqual(await reap(join(state.dir, 'browsers'), quiet), { ended: 0, removed: 0 });
    await session.newPage();
    await engine.dispose();
    await nothingLeft(state.dir);
  });
});

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

describe('the reaper and strangers', () => {
  it('leaves a process alone that has the pid, but not the start time or not the profile folder', async () => {
    const state = temporaryState();
    const root = join(state.dir, 'browsers');
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    const identity = await identify(stranger.pid!);
    assert.ok(identity);
    const dead = { pid: identity.pid, startTime: 'before' };
    const records = [
      { id: 'other-start', browser: { ...identity, startTime: 'earlier' } },
      { id: 'other-folder', browser: identity },
    ];
    for (const { id, browser } of records) {
      const home = browserHome(root, id);
      const record = { server: dead, profileDir: home.profileDir };
      await makeHome(home, record);
      await writeRecord(home, { ...record, browser });
    }
    await mkdir(join(root, 'no-record'));
    assert.deepEqual(await reap(root, quiet), { ended: 0, removed: 3 });
    assert.deepEqual(homesOf(state.dir), []);
    assert.ok(isAlive(stranger.pid!));
    stranger.kill('SIGKILL');
    state.remove();
  });
});
