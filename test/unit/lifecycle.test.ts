import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GreenroomError } from '../../shared/errors.ts';
import { createDeparture } from '../../server/lifecycle/departure.ts';
import { watchIdle } from '../../server/lifecycle/idle.ts';
import { createLazy } from '../../server/lifecycle/lazy.ts';
import { acquireLock, readHolder } from '../../server/lifecycle/lock.ts';
import { processStart } from '../../server/lifecycle/processStart.ts';

describe('the lock of a home', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gr-lock-'));
    file = join(dir, 'server.lock');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const dead = { pid: 4_000_000, start: 'long ago', id: 'aaaa' };

  it('is held by one of many that try at once, and freed without a trace', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => acquireLock(file, processStart)));
    const held = outcomes.filter((outcome) => outcome.kind === 'held');
    assert.equal(held.length, 1);
    held[0]?.release();
    assert.deepEqual(readdirSync(dir), []);
  });

  it('passes from a dead holder to exactly one of many successors', async () => {
    for (let round = 0; round < 20; round++) {
      writeFileSync(file, JSON.stringify({ ...dead, id: `dead${round}` }));
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => acquireLock(file, processStart)));
      assert.equal(outcomes.filter(({ kind }) => kind === 'held').length, 1);
      assert.deepEqual(readdirSync(dir), ['server.lock']);
      for (const outcome of outcomes) if (outcome.kind === 'held') outcome.release();
    }
  });

  it('passes on when a successor died before it took over', async () => {
    writeFileSync(file, JSON.stringify(dead));
    writeFileSync(`${file}.after-${dead.id}`, JSON.stringify({ ...dead, id: 'bbbb' }));
    const outcome = await acquireLock(file, processStart);
    assert.equal(outcome.kind, 'held');
    assert.deepEqual(readdirSync(dir), ['server.lock']);
    assert.equal(readHolder(file)?.pid, process.pid);
  });

  it('is not taken from a living successor that is about to take over', async () => {
    writeFileSync(file, JSON.stringify(dead));
    const start = (await processStart(process.pid)) ?? '';
    writeFileSync(`${file}.after-${dead.id}`, JSON.stringify({ pid: process.pid, start, id: 'cccc' }));
    assert.equal((await acquireLock(file, processStart)).kind, 'taken');
  });

  it('sees through a pid that was used again', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'another start', id: 'dddd' }));
    assert.equal((await acquireLock(file, processStart)).kind, 'held');
  });

  it('never passes from a holder whose start time cannot be read', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'a start', id: 'eeee' }));
    assert.equal((await acquireLock(file, () => Promise.resolve('unknown'))).kind, 'taken');
  });

  it('can be taken when its file is damaged', async () => {
    writeFileSync(file, 'not json');
    const outcome = await acquireLock(file, processStart);
    assert.equal(outcome.kind, 'held');
  });

  it('notices that it was lost and then leaves the other one alone', async () => {
    const outcome = await acquireLock(file, processStart);
    assert.ok(outcome.kind === 'held' && outcome.isOurs());
    writeFileSync(file, JSON.stringify(dead));
    assert.equal(outcome.isOurs(), false);
    outcome.release();
    assert.equal(readHolder(file)?.id, dead.id);
  });
});

describe('a departure', () => {
  it('admits work until the end is decided, then says so with a typed error', () => {
    const departure = createDeparture({ activeWork: () => 1, onDraining: () => undefined });
    departure.admit();
    departure.stop('because', 0);
    assert.throws(() => departure.admit(), { code: 'draining' });
    assert.equal(departure.reason, 'because');
  });

  it('waits for running work when draining, and no longer than the grace time when stopping', async () => {
    let work = 1;
    let announced = 0;
    const departure = createDeparture({ activeWork: () => work, onDraining: () => announced++ });
    departure.drain('a newer version takes over');
    const early = await Promise.race([
      departure.due,
      new Promise((resolve) => setTimeout(resolve, 150, 'waits')),
    ]);
    assert.equal(early, 'waits');
    departure.stop('stop', 100);
    assert.equal(await departure.due, 'a newer version takes over');
    work = 0;
    assert.equal(announced, 1);
  });
});

describe('the idle watch', () => {
  it('counts from the last use and calls back once', async () => {
    let busy = true;
    let calls = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const onIdle = (): void => {
      calls++;
      resolve();
    };
    const watch = watchIdle({ busy: () => busy, limitMs: () => 100, onIdle });
    await new Promise((done) => setTimeout(done, 250));
    assert.equal(calls, 0);
    busy = false;
    await promise;
    watch.look();
    watch.stop();
    assert.equal(calls, 1);
  });
});

describe('a lazy service', () => {
  const closed = (): GreenroomError => new GreenroomError('draining', 'It is closed.', 'Wait.');

  it('loads once for many callers, and says how it is', async () => {
    let loads = 0;
    const lazy = createLazy(
      async () => {
        await Promise.resolve();
        return ++loads;
      },
      () => undefined,
      closed,
    );
    assert.deepEqual(lazy.health(), { state: 'not-loaded' });
    assert.deepEqual(await Promise.all([lazy.get(), lazy.get(), lazy.get()]), [1, 1, 1]);
    assert.equal(lazy.peek(), 1);
    assert.deepEqual(lazy.health(), { state: 'ready' });
  });

  it('keeps the reason of a failure and tries again at the next call', async () => {
    let fail = true;
    const lazy = createLazy(
      () => (fail ? Promise.reject(new Error('no luck')) : Promise.resolve(7)),
      () => undefined,
      closed,
    );
    await assert.rejects(lazy.get(), /no luck/);
    assert.deepEqual(lazy.health(), { state: 'failed', detail: 'no luck' });
    fail = false;
    assert.equal(await lazy.get(), 7);
  });

  it('unloads what is still loading, and then loads no more', async () => {
    const unloaded: number[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    const lazy = createLazy(
      () => promise,
      (it) => void unloaded.push(it),
      closed,
    );
    const first = lazy.get();
    const disposed = lazy.dispose();
    resolve(5);
    await Promise.all([first, disposed, lazy.dispose()]);
    assert.deepEqual(unloaded, [5]);
    await assert.rejects(lazy.get(), { code: 'draining' });
  });
});
