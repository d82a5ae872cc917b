import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isGreenroomError } from '../../shared/errors.ts';
import type { ProvisionParams, Run } from '../../shared/protocol.ts';
import { createChats } from '../../server/provision/chat.ts';
import { type SampleSite, serveSample } from '../../server/sample/serve.ts';
import { type Provisioning, startProvisioning } from '../harness/provisioning.ts';

describe('provisioning on the embedded defaults', function () {
  this.timeout(120_000);
  let greenroom: Provisioning;
  let site: SampleSite;
  before(async () => {
    [greenroom, site] = await Promise.all([startProvisioning(), serveSample()]);
  });
  afterEach(() => greenroom.setFaults([]));
  after(async () => {
    await greenroom.dispose();
    await site.stop();
  });

  // Three pages and two conversations: the first test goes the whole way, the others are about how runs end.
  const SMALL = 'knowledge: { maxPages: 3 }\nconversations: { count: 2 }\n';
  const provision = async (params: ProvisionParams): Promise<Run> =>
    greenroom.runs.wait(await greenroom.runs.start({ website: site.url, spec: SMALL, ...params }, 'test'));
  const stepOf = (run: Run, id: string) =>
    run.steps.find((step) => step.id === id) ?? assert.fail(`no step ${id}`);

  it('makes a bot that knows the website, answers from the right article and calls an action', async () => {
    const run = await provision({ company: 'Harbor Lane Coffee', spec: '{}' });
    assert.equal(
      run.status,
      'ready',
      JSON.stringify(
        run.steps.filter(({ status }) => status !== 'done'),
        undefined,
        2,
      ),
    );
    assert.match(stepOf(run, 'check-bot').detail ?? '', /^3 of 3/);
    assert.ok(run.steps.every(({ status }) => status === 'done'));

    const chats = createChats({ runs: greenroom.runs, registry: greenroom.registry });
    const signal = AbortSignal.timeout(20_000);
    const { conversationId, suggestions, actionSuggestions } = await chats.open(run.id, signal);
    assert.ok(suggestions.length >= 3 && actionSuggestions.length >= 2);
    const returns = await chats.send(conversationId, 'Can I send my coffee back?', signal);
    assert.match(returns.citations[0]?.url ?? '', /return/);
    const called = await chats.send(conversationId, actionSuggestions[0]!, signal);
    assert.equal(called.action?.status, 200, JSON.stringify(called));
  });

  it('opens one dashboard session for all browser tasks and leaves none behind', async () => {
    const purposes = new Set<string>();
    const unsubscribe = greenroom.browsers.onChange(() => {
      for (const { id, purpose } of greenroom.browsers.list()) purposes.add(`${id} ${purpose}`);
    });
    const run = await provision({ company: 'One Window' });
    unsubscribe();
    assert.equal(run.status, 'ready');
    assert.deepEqual([...purposes].map((purpose) => purpose.replace(/^\S+ /, '')).sort(), [
      'Provision One Window: Sandbox dashboard',
      `Read ${new URL(site.url).host} for One Window`,
    ]);
    assert.equal(greenroom.browsers.list().length, 0);
  });

  it('updates the bot of an earlier run instead of making a second one', async () => {
    const first = await provision({ company: 'Twice' });
    const second = await provision({ company: 'Twice' });
    assert.equal(second.status, 'ready', JSON.stringify(second.outcomes));
    assert.ok(first.botUrl !== undefined);
    assert.equal(second.botUrl, first.botUrl);
    assert.equal(stepOf(second, 'clone-bot').status, 'adopted');
    assert.equal(stepOf(second, 'wait-for-indexing').detail, stepOf(first, 'wait-for-indexing').detail);
  });

  it('takes a key of the user on the manual path, where no step gets one', async () => {
    const auto = await provision({ company: 'Keys' });
    const task = { task: 'api-key', platform: 'sandbox', bot: 'keys-demo' } as const;
    const { apiKey } = await greenroom.runs.runTask(task, 'test', AbortSignal.timeout(60_000));
    assert.ok(apiKey !== undefined && apiKey.length > 20);
    const run = await provision({ company: 'Keys', key: 'manual', apiKey });
    assert.equal(run.status, 'ready');
    assert.ok(run.steps.every(({ id }) => id !== 'get-api-key'));
    for (const ended of [auto, run]) {
      const journal = await readFile(ended.journalPath, 'utf8');
      const report = await readFile(ended.reportPath!, 'utf8');
      assert.ok(!journal.includes(apiKey) && !report.includes(apiKey), 'a key is in no file of a run');
    }
  });

  it('stops with the reason when the key cannot be had, and says what was made', async () => {
    await greenroom.setFaults([{ path: '/keys**', status: 500 }]);
    const run = await provision({ company: 'No Key' });
    assert.equal(run.status, 'failed');
    assert.equal(stepOf(run, 'get-api-key').status, 'failed');
    assert.ok((run.error?.next ?? '') !== '');
    assert.equal(stepOf(run, 'upsert-articles').status, 'cancelled');
    assert.ok(run.botUrl !== undefined);
    assert.equal(greenroom.browsers.list().length, 0);
  });

  it('goes on with the articles when the website source is refused', async () => {
    await greenroom.setFaults([{ method: 'POST', path: '/bots/*/sources**', status: 500 }]);
    const run = await provision({ company: 'No Source' });
    assert.equal(run.status, 'ready-with-debts');
    assert.match(stepOf(run, 'add-website-source').debt?.remedy ?? '', /website/i);
    assert.equal(stepOf(run, 'check-bot').status, 'done');
  });

  it('goes on and hands over a file when the actions cannot be imported, and the file can be imported later', async () => {
    await greenroom.setFaults([{ method: 'POST', path: '/bots/*/actions**', status: 500 }]);
    const run = await provision({ company: 'No Actions' });
    assert.equal(run.status, 'ready-with-debts');
    const { debt } = stepOf(run, 'import-actions');
    assert.ok(debt?.file !== undefined);
    await greenroom.setFaults([]);
    const actions = await readFile(debt.file, 'utf8');
    const task = { task: 'import-actions', platform: 'sandbox', bot: 'no-actions-demo', actions } as const;
    const { text } = await greenroom.runs.runTask(task, 'test', AbortSignal.timeout(60_000));
    for (const { name } of JSON.parse(actions) as { name: string }[]) assert.ok(text.includes(name));
  });

  it('fails with the reason when the website cannot be reached', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const run = await provision({ company: 'Nowhere', website: `http://127.0.0.1:${port}` });
    assert.equal(run.status, 'failed');
    assert.equal(stepOf(run, 'read-website').status, 'failed');
    assert.equal(run.error?.code, 'network');
  });

  it('is ready with debts without the website when the spec has articles of its own', async () => {
    const spec = `company: Own Words
website: http://127.0.0.1:9
knowledge:
  articles:
    - title: Opening hours
      body: We are open from nine to five on every working day, and closed on Sundays.
conversations:
  questions: ['When are you open?']
`;
    const run = await greenroom.runs.wait(await greenroom.runs.start({ spec }, 'test'));
    assert.equal(run.status, 'ready-with-debts', JSON.stringify(run.error));
    assert.equal(stepOf(run, 'read-website').status, 'degraded');
    assert.match(stepOf(run, 'check-bot').detail ?? '', /^1 of 1/);
  });

  it('retries what a retry can help: a busy platform does not cost the demo', async () => {
    await greenroom.setFaults([
      { method: 'POST', path: '/api/v1/clone', status: 503, times: 1 },
      { path: '/api/v1/**/articles/bulk', status: 429, retryAfterSeconds: 1, times: 1 },
    ]);
    const run = await provision({ company: 'Busy' });
    assert.equal(run.status, 'ready', JSON.stringify(run.outcomes));
    assert.ok(stepOf(run, 'clone-bot').attempts > 1);
  });

  it('cancels in the middle with everything closed, at any moment', async () => {
    for (const moment of ['clone-bot', 'read-website', 'get-api-key', 'import-actions']) {
      const id = await greenroom.runs.start(
        { company: `Cancel ${moment}`, website: site.url, spec: SMALL },
        'test',
      );
      await new Promise<void>((resolve) => {
        const unsubscribe = greenroom.runs.onChange(() => {
          const state = greenroom.runs.list().find((run) => run.id === id);
          if (state === undefined || stepOf(state, moment).status === 'pending') return;
          unsubscribe();
          resolve();
        });
      });
      const run = await greenroom.runs.cancel(id);
      assert.equal(run.status, 'cancelled', moment);
      assert.ok(
        run.steps.every(({ status }) => status !== 'running' && status !== 'pending'),
        moment,
      );
      assert.equal(greenroom.browsers.list().length, 0, moment);
    }
  });

  it('refuses bad input before anything starts', async () => {
    for (const [params, field] of [
      [{ company: '', website: site.url }, 'company'],
      [{ company: 'A', website: 'ftp://a' }, 'website'],
      [{ company: 'A', website: site.url, platform: 'nowhere' }, 'platform'],
      [{ company: 'A', website: site.url, mockHost: 'nowhere' }, 'mockHost'],
      [{ company: 'A', website: site.url, writer: 'constructor' }, 'writer'],
    ] satisfies [ProvisionParams, string][]) {
      const before = greenroom.runs.list().length;
      await assert.rejects(greenroom.runs.start(params, 'test'), (error) => {
        assert.ok(
          isGreenroomError(error) && error.code === 'invalid-input' && error.data.field === field,
          String(error),
        );
        return true;
      });
      assert.equal(greenroom.runs.list().length, before);
    }
  });

  it('remembers ended runs after a restart, as they were', async () => {
    const before = greenroom.runs.list();
    const after = (await greenroom.restartedRuns()).list();
    assert.deepEqual(
      after.map(({ id, status }) => ({ id, status })),
      before.map(({ id, status }) => ({ id, status })),
    );
    assert.deepEqual(after[0], before[0]);
  });
});
