import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGreenroomError } from '../../shared/errors.ts';
import { Journal, readJournal } from '../../server/provision/journal/journal.ts';

describe('the journal', () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'greenroom-journal-'));
    path = join(dir, 'run', 'journal.jsonl');
  });
  afterEach(() => rm(dir, { recursive: true }));

  const write = async (details: number): Promise<void> => {
    const journal = await Journal.create(path);
    await journal.append({ type: 'run.started', epoch: 1, pid: 7 }).written;
    await Promise.all(
      Array.from(
        { length: details },
        (_, index) => journal.append({ type: 'step.detail', step: 'a', detail: `é ${index}` }).written,
      ),
    );
    await journal.close();
  };

  it('gives back what was appended, in order and with both clocks', async () => {
    await write(20);
    const { records, problem } = await readJournal(path);
    assert.equal(problem, undefined);
    assert.deepEqual(
      records.map(({ seq }) => seq),
      Array.from({ length: 21 }, (_, index) => index),
    );
    assert.ok(records.every(({ t, m }) => t > 1.7e12 && m >= 0));
    assert.ok(records[20]?.type === 'step.detail' && records[20].detail === 'é 19');
  });

  it('is readable by its owner only', async function () {
    if (process.platform === 'win32') this.skip();
    await write(0);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('has the record on disk when the append of a durable one resolves', async () => {
    const journal = await Journal.create(path);
    journal.append({ type: 'step.detail', step: 'a', detail: 'first' });
    await journal.append({ type: 'step.intent', step: 'a', attempt: 1, key: 'k' }).written;
    assert.equal((await readJournal(path)).records.length, 2);
    await journal.close();
  });

  it('refuses to write over a journal', async () => {
    await write(0);
    await assert.rejects(
      Journal.create(path),
      (error) => isGreenroomError(error) && error.code === 'conflict',
    );
  });

  for (const [what, damage] of [
    ['a torn last line', async (file: string) => appendFile(file, '{"v":1,"seq":4,"t"')],
    [
      'a changed byte',
      async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('é 1', 'é 7')),
    ],
    [
      'a missing record',
      async (file: string) => {
        const lines = (await readFile(file, 'utf8')).split('\n');
        await writeFile(file, lines.filter((_, index) => index !== 2).join('\n'));
      },
    ],
  ] as const) {
    it(`trusts nothing from ${what} on, cuts it off and goes on from there`, async () => {
      await write(3);
      await damage(path);
      const before = await readJournal(path);
      assert.ok(before.problem !== undefined);
      const { journal, records } = await Journal.reopen(path);
      assert.deepEqual(records, before.records);
      await journal.append({ type: 'run.started', epoch: 2, pid: 8 }).written;
      await journal.close();
      const after = await readJournal(path);
      assert.equal(after.problem, undefined);
      assert.equal(after.records.length, before.records.length + 1);
    });
  }
});
