import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RepositoryChange } from '../../client/state.ts';
import { Repository } from '../../client/state.ts';
import { sampleRun, sampleSession, sampleSnapshot } from './clientSamples.ts';

describe('the repository', () => {
  it('orders sessions by request and runs newest first', () => {
    const repository = new Repository();
    repository.reset(
      sampleSnapshot({
        sessions: [
          sampleSession({ id: 'late', requestedAt: 9 }),
          sampleSession({ id: 'early', requestedAt: 1 }),
        ],
        runs: [sampleRun({ id: 'old', startedAt: 1 }), sampleRun({ id: 'new', startedAt: 2 })],
      }),
    );
    assert.deepEqual(
      repository.sessions.map(({ id }) => id),
      ['early', 'late'],
    );
    assert.deepEqual(
      repository.runs.map(({ id }) => id),
      ['new', 'old'],
    );
  });

  it('tells a changed row from rows that came or went', () => {
    const repository = new Repository();
    repository.reset(sampleSnapshot({ runs: [sampleRun()] }));
    const seen: RepositoryChange[] = [];
    repository.onDidChange((change) => seen.push(change));
    repository.apply({ version: 2, runs: { changed: [sampleRun({ status: 'ready' })], removed: [] } });
    repository.apply({ version: 3, sessions: { changed: [sampleSession()], removed: [] } });
    repository.apply({ version: 4, sessions: { changed: [], removed: ['S1'] } });
    assert.deepEqual(
      seen.map(({ structure }) => structure),
      [false, true, true],
    );
    assert.deepEqual(seen[0]?.runs, ['R1']);
  });

  it('drops old changes and notices missed ones', () => {
    const repository = new Repository();
    assert.equal(repository.apply({ version: 5 }), 'old', 'nothing counts before the snapshot');
    repository.reset(sampleSnapshot({ version: 5 }));
    assert.equal(repository.apply({ version: 5 }), 'old');
    assert.equal(repository.apply({ version: 7 }), 'gap');
    assert.equal(repository.apply({ version: 6 }), 'applied');
    assert.equal(repository.apply({ version: 7 }), 'applied');
  });

  it('ends up with what a snapshot would hold, whatever the order of changes', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const change = fc.record({ changed: fc.uniqueArray(id), removed: fc.uniqueArray(id) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const repository = new Repository();
        repository.reset(sampleSnapshot({ version: 0 }));
        const model = new Set<string>();
        for (const [index, { changed, removed }] of changes.entries()) {
          repository.apply({
            version: index + 1,
            sessions: { changed: changed.map((each) => sampleSession({ id: each })), removed },
          });
          for (const each of changed) model.add(each);
          for (const each of removed) model.delete(each);
        }
        assert.deepEqual(repository.sessions.map((session) => session.id).sort(), [...model].sort());
      }),
    );
  });
});
