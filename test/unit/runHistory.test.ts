import { Redactor } from '../../server/logRedaction.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Journal } from '../../server/provision/journal/journal.ts';
import { createRuns } from '../../server/provision/service.ts';

const unused = (): never => assert.fail('Reading runs needs no other service.');

describe('the history of runs', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'greenroom-history-'))));
  afterEach(() => rm(dir, { recursive: true }));

  const write = async (month: string, id: string): Promise<void> => {
    const journal = await Journal.create(join(dir, month, id, 'journal.jsonl'));
    await journal.append({ type: 'run.started', epoch: 1, pid: 7 }).written;
    await journal.append({ type: 'run.ended', status: 'ready', outcomes: [], criticalPath: [] }).written;
    await journal.close();
  };
  const runs = () =>
    createRuns({
      dir,
      registry: { platforms: {}, mockHosts: {}, writers: {} },
      browsers: unused,
      extractor: unused,
      browserDeadlineMs: () => 1_000,
      redactor: new Redactor(),
      version: '0.0.0',
      logger: pino({ level: 'silent' }),
    });

  it('lists the newest fifty, and still finds an older one by its id', async () => {
    await write('2026-01', 'oldest');
    for (let index = 0; index < 50; index++) await write('2026-02', `run-${index}`);
    const service = await runs();
    assert.equal(service.list().length, 50);
    assert.equal((await service.get('oldest')).status, 'ready');
    assert.equal((await service.wait('oldest')).id, 'oldest');
    await assert.rejects(service.get('never'), { message: 'There is no run never.' });
  });
});
