import assert from 'node:assert/strict';
import { climbLadder } from '../../server/browser/closeLadder.ts';

const never = new Promise<never>(() => undefined);

describe('the close ladder', () => {
  it('climbs past a rung that hangs and one that throws, each at its own deadline', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const climbed: string[] = [];
    const rung = await climbLadder(
      [
        { name: 'hangs', deadlineMs: 20, climb: () => (climbed.push('hangs'), never) },
        { name: 'throws', deadlineMs: 20, climb: () => Promise.reject(new Error('no')) },
        { name: 'works', deadlineMs: 1_000, climb: () => resolve() },
        { name: 'not needed', deadlineMs: 20, climb: () => void climbed.push('not needed') },
      ],
      ended,
    );
    assert.equal(rung, 'works');
    assert.deepEqual(climbed, ['hangs']);
  });

  it('says when nothing helped, and climbs nothing when it had ended before', async () => {
    assert.equal(await climbLadder([{ name: 'one', deadlineMs: 5, climb: () => never }], never), undefined);
    const climb = (): never => assert.fail('climbed');
    assert.equal(await climbLadder([{ name: 'one', deadlineMs: 5, climb }], Promise.resolve()), 'none');
  });
});
