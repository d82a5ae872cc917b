import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { pino } from 'pino';
import type { BrowserContext } from 'playwright';
import type { BrowserBackend, BrowserSession } from '../../server/browser/backend.ts';
import { createBrowsers } from '../../server/browser/sessions.ts';

/**
 * A backend whose events come in any order and at any time, which no real browser can be made to do thousands of
 * times. The suites in the other lanes run on a real one.
 */
class SimulatedBackend {
  epoch = 1;
  fail = false;
  /** Calls to `acquire` that have not been answered. */
  pending: (() => void)[] = [];
  readonly live = new Set<object>();
  readonly #lost = new Set<(epoch: number, why: string) => void>();

  readonly backend: BrowserBackend = {
    name: 'shared',
    info: () => ({ state: 'ready', backend: 'shared', epoch: this.epoch }),
    acquire: (_options, signal) => {
      const { promise, resolve, reject } =
        Promise.withResolvers<Awaited<ReturnType<BrowserBackend['acquire']>>>();
      signal.addEventListener('abort', () => reject(signal.reason));
      const { fail } = this;
      this.pending.push(() => {
        if (signal.aborted) return;
        if (fail) return reject(new Error('no browser'));
        const key = {};
        this.live.add(key);
        const context = Object.assign(new EventEmitter(), {
          setDefaultTimeout: () => undefined,
          setDefaultNavigationTimeout: () => undefined,
          pages: () => [],
          browser: () => null,
        }) as unknown as BrowserContext;
        const release = (): Promise<void> => Promise.resolve(void this.live.delete(key));
        resolve({ context, epoch: this.epoch, release });
      });
      return promise;
    },
    onLost: (listener) => {
      this.#lost.add(listener);
      return () => this.#lost.delete(listener);
    },
    onChange: () => () => undefined,
    close: () => Promise.resolve(),
  };

  answer(): void {
    for (const answer of this.pending.splice(0)) answer();
  }

  crash(): void {
    const lost = this.epoch;
    this.epoch += 1;
    for (const listener of this.#lost) listener(lost, 'it was killed');
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('sessions as leases', function () {
  this.timeout(30_000);

  it('keep 0 <= free <= capacity, and everything free at rest, in any order of crash, close, timeout and cancel', async () => {
    const event = fc.oneof(
      fc.record({
        do: fc.constant('open' as const),
        pages: fc.integer({ min: 1, max: 3 }),
        fail: fc.boolean(),
      }),
      fc.record({
        do: fc.constantFrom('cancel' as const, 'close' as const, 'closeById' as const),
        pick: fc.nat(),
      }),
      fc.record({
        do: fc.constantFrom('crash' as const, 'answer' as const, 'turn' as const, 'closeAll' as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 60 }), async (events) => {
        const simulated = new SimulatedBackend();
        const browsers = createBrowsers({
          backend: simulated.backend,
          limits: () => ({ capacity: 3, maxQueue: 4 }),
          logger: pino({ level: 'silent' }),
        });
        const cancels: AbortController[] = [];
        const sessions: BrowserSession[] = [];
        const outcomes: Promise<unknown>[] = [];
        const check = (): void => {
          const { capacity, leased, waiting } = browsers.pool();
          assert.ok(leased >= 0 && leased <= capacity && waiting <= 4, JSON.stringify(browsers.pool()));
        };
        for (const step of events) {
          if (step.do === 'open') {
            const cancel = new AbortController();
            cancels.push(cancel);
            simulated.fail = step.fail;
            const { pages } = step;
            const opening = browsers.open({
              purpose: 'p',
              owner: 'o',
              tenant: 't',
              pages,
              signal: cancel.signal,
            });
            outcomes.push(opening.then((session) => sessions.push(session)).catch(() => undefined));
          } else if (step.do === 'cancel') cancels[step.pick % cancels.length]?.abort();
          else if (step.do === 'close') void sessions[step.pick % sessions.length]?.close();
          else if (step.do === 'closeById') {
            const id = browsers.list()[step.pick % Math.max(1, browsers.list().length)]?.id;
            if (id !== undefined) void browsers.close(id);
          } else if (step.do === 'crash') simulated.crash();
          else if (step.do === 'closeAll') void browsers.closeAll();
          else if (step.do === 'answer') simulated.answer();
          else await turn();
          check();
        }
        for (const cancel of cancels) cancel.abort();
        await Promise.all(outcomes);
        await turn();
        check();
        assert.deepEqual(browsers.pool(), { capacity: 3, leased: 0, waiting: 0 });
        assert.deepEqual(browsers.list(), []);
        assert.equal(simulated.live.size, 0, 'every context was given back');
        for (const session of sessions) assert.ok(session.signal.aborted);
        await browsers.dispose();
      }),
      { numRuns: 500 },
    );
  });

  it('announces any number of changes at most once a tick', async () => {
    const simulated = new SimulatedBackend();
    const browsers = createBrowsers({
      backend: simulated.backend,
      limits: () => ({ capacity: 9, maxQueue: 9 }),
      logger: pino({ level: 'silent' }),
    });
    let calls = 0;
    browsers.onChange(() => (calls += 1));
    const opening = Array.from({ length: 5 }, () => browsers.open({ purpose: 'p', owner: 'o', tenant: 't' }));
    await turn();
    assert.equal(calls, 1);
    simulated.answer();
    await Promise.all(opening);
    await browsers.dispose();
  });
});
