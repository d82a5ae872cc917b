import assert from 'node:assert/strict';
import { GreenroomError } from '../../shared/errors.ts';
import { delay } from '../../server/timing/abort.ts';
import { execute } from '../../server/provision/engine/engine.ts';
import type { StepEvent } from '../../server/provision/engine/events.ts';
import { retryDelay } from '../../server/provision/engine/retry.ts';
import { type AnyStep, NO_RETRY, type Step, type StepControl } from '../../server/provision/engine/step.ts';

interface Outputs {
  a: string;
  b: string;
  c: string;
}
type Id = keyof Outputs;

function step(
  id: Id,
  run: (control: StepControl) => Promise<string> | string,
  extra: Partial<Step<Outputs, Id>> = {},
): AnyStep<Outputs> {
  return {
    id,
    title: id.toUpperCase(),
    kind: 'api',
    critical: false,
    needs: [],
    after: [],
    estimateMs: 1,
    timeoutMs: 5_000,
    retry: NO_RETRY,
    run: async (_finished: unknown, control: StepControl) => await run(control),
    ...extra,
  } as AnyStep<Outputs>;
}

const fails =
  (retryable = false) =>
  (): never => {
    throw new GreenroomError(retryable ? 'network' : 'platform-rejected', 'It broke.', 'Mend it.');
  };

async function run(steps: AnyStep<Outputs>[], signal = new AbortController().signal) {
  const events: StepEvent[] = [];
  const result = await execute({
    steps,
    signal,
    record: async (event) => {
      await Promise.resolve();
      events.push(event);
    },
  });
  const ended = (id: Id): StepEvent =>
    events.findLast((event) => event.step === id) ?? assert.fail(`no event of ${id}`);
  return { result, events, ended };
}

describe('the engine', () => {
  it('starts steps at once that wait for nothing, and the others when all they need has ended', async () => {
    const open = new Set<string>();
    const together = Promise.withResolvers<void>();
    const meet = (id: string) => async (): Promise<string> => {
      open.add(id);
      if (open.size === 2) together.resolve();
      await together.promise;
      return id;
    };
    const { result, events } = await run([
      step('c', () => 'c', { needs: ['a', 'b'] }),
      step('a', meet('a')),
      step('b', meet('b')),
    ]);
    assert.deepEqual(result, { status: 'ready' });
    const place = (type: string, id: Id): number =>
      events.findIndex((event) => event.type === type && event.step === id);
    assert.ok(place('step.started', 'c') > Math.max(place('step.done', 'a'), place('step.done', 'b')));
  });

  it('ends the run when a critical step fails, and cancels what is under way', async () => {
    const { result, ended } = await run([
      step('a', fails(), { critical: true }),
      step('b', async (control) => {
        await delay(60_000, control.signal);
        return 'b';
      }),
      step('c', () => 'c', { needs: ['a'] }),
    ]);
    assert.equal(result.status, 'failed');
    assert.ok(result.status === 'failed' && result.step === 'a' && result.error.message === 'It broke.');
    assert.equal(ended('b').type, 'step.cancelled');
    assert.equal(ended('c').type, 'step.cancelled');
  });

  it('leaves a debt for any other step, skips what needs it and runs what only follows it', async () => {
    const { result, ended } = await run([
      step('a', fails()),
      step('b', () => 'b', { needs: ['a'] }),
      step('c', () => 'c', { after: ['a', 'b'] }),
    ]);
    assert.deepEqual(result, { status: 'ready-with-debts' });
    const owed = ended('a');
    assert.ok(
      owed.type === 'step.degraded' && owed.debt.cause === 'It broke.' && owed.debt.remedy === 'Mend it.',
    );
    assert.equal(ended('b').type, 'step.skipped');
    assert.equal(ended('c').type, 'step.done');
  });

  it('goes on when what is owed cannot be written down, as on a full disk', async () => {
    const debt = (): Promise<never> => Promise.reject(new Error('ENOSPC'));
    const { result, ended } = await run([
      step('a', fails(), { debt }),
      step('b', () => 'b', { needs: ['a'], debt }),
      step('c', () => 'c', { after: ['b'] }),
    ]);
    assert.deepEqual(result, { status: 'ready-with-debts' });
    const owed = ended('a');
    assert.ok(owed.type === 'step.degraded' && owed.debt.cause === 'It broke.');
    assert.equal(ended('b').type, 'step.skipped');
    assert.equal(ended('c').type, 'step.done');
  });

  it('gives a step that owes something its output all the same', async () => {
    const debt = {
      cause: 'Half of it failed.',
      consequence: 'Half is missing.',
      remedy: 'Do the other half.',
    };
    const { result, ended } = await run([
      step('a', (control) => {
        control.owe(debt);
        return 'half';
      }),
      step('b', () => 'b', { needs: ['a'] }),
    ]);
    assert.deepEqual(result, { status: 'ready-with-debts' });
    assert.ok(ended('a').type === 'step.degraded');
    assert.equal(ended('b').type, 'step.done');
  });

  it('tries again only what a retry can help', async () => {
    let tries = 0;
    const flaky = (): string => {
      tries += 1;
      return tries < 3 ? fails(true)() : 'a';
    };
    const { result, events } = await run([step('a', flaky, { retry: { attempts: 3, delayMs: 1 } })]);
    assert.deepEqual(result, { status: 'ready' });
    assert.equal(events.filter(({ type }) => type === 'step.retry').length, 2);

    const refused = await run([step('a', fails(false), { retry: { attempts: 3, delayMs: 1 } })]);
    assert.equal(refused.events.filter(({ type }) => type === 'step.started').length, 1);
  });

  it('ends an attempt that outlasts its time', async () => {
    const { ended } = await run([
      step('a', async (control) => (await delay(60_000, control.signal), 'a'), { timeoutMs: 20 }),
    ]);
    const late = ended('a');
    assert.ok(late.type === 'step.degraded' && late.error?.code === 'deadline');
  });

  it('cancels at once, also between two attempts, and waits for what is being closed', async () => {
    const abort = new AbortController();
    let closed = false;
    const working = step('a', async (control) => {
      try {
        await delay(60_000, control.signal);
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 30));
        closed = true;
      }
      return 'a';
    });
    const waiting = step('b', fails(true), { retry: { attempts: 2, delayMs: 60_000 } });
    setTimeout(() => abort.abort(new GreenroomError('cancelled', 'Enough.', 'Start again.')), 30);
    const { result, ended } = await run([working, waiting], abort.signal);
    assert.deepEqual(result, { status: 'cancelled' });
    assert.equal(ended('a').type, 'step.cancelled');
    assert.equal(ended('b').type, 'step.cancelled');
    assert.ok(closed);
  });

  it('records the intent before a write, and never the value of a secret', async () => {
    const { events } = await run([
      step('a', () => 'hidden-value', { secret: true, idempotencyKey: () => 'key-1' }),
    ]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['step.started', 'step.intent', 'step.done'],
    );
    assert.doesNotMatch(JSON.stringify(events), /hidden-value/);
  });

  it('stops the run when what happens cannot be recorded', async () => {
    const steps = [
      step('a', () => 'a'),
      step('b', async (control) => (await delay(60_000, control.signal), 'b')),
    ];
    const record = (event: StepEvent): Promise<void> =>
      event.type === 'step.done' ? Promise.reject(new Error('disk full')) : Promise.resolve();
    const signal = new AbortController().signal;
    await assert.rejects(execute({ steps, signal, record }), /disk full/);
  });

  it('waits as long as a service asked for, else half as long again each time, up to four seconds', () => {
    const policy = { attempts: 9, delayMs: 500 };
    const patient = new GreenroomError('rate-limited', 'Slow down.', 'Wait.', {
      facts: { retryAfterMs: 2_345 },
    });
    assert.equal(retryDelay(policy, 1, patient), 2_345);
    assert.deepEqual(
      [1, 2, 3, 9].map((attempt) => retryDelay(policy, attempt, new Error('x'), () => 0.5)),
      [500, 750, 1_125, 4_000],
    );
  });
});
