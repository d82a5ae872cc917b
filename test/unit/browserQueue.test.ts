import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AdmissionQueue } from '../../server/browser/admissionQueue.ts';

describe('the admission queue', () => {
  it('grants free slots at once and lets the others wait in order', () => {
    const queue = new AdmissionQueue(() => ({ capacity: 2, maxQueue: 2 }));
    assert.equal(queue.enter('a', 2), 'granted');
    assert.equal(queue.enter('b', 1), 'waiting');
    assert.equal(queue.enter('c', 1), 'waiting');
    assert.equal(queue.enter('d', 1), 'full');
    assert.equal(queue.position('c'), 2);
    assert.deepEqual(queue.leave('a'), ['b', 'c']);
    assert.equal(queue.position('c'), undefined);
    assert.equal(queue.free, 0);
  });

  it('does not let a small request overtake a large one', () => {
    const queue = new AdmissionQueue(() => ({ capacity: 3, maxQueue: 9 }));
    queue.enter('a', 2);
    assert.equal(queue.enter('large', 3), 'waiting');
    assert.equal(queue.enter('small', 1), 'waiting');
    assert.deepEqual(queue.leave('large'), ['small']);
  });

  it('frees a slot once however often it is given back', () => {
    const queue = new AdmissionQueue(() => ({ capacity: 1, maxQueue: 9 }));
    queue.enter('a', 1);
    queue.leave('a');
    queue.leave('a');
    assert.equal(queue.free, 1);
  });

  it('keeps 0 <= free <= capacity, first come first served, and loses nobody, whatever the order', () => {
    const step = fc.record({ enter: fc.boolean(), pick: fc.nat(), slots: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 8 }), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const queue = new AdmissionQueue(() => ({ capacity, maxQueue: 10 }));
        const waiting: string[] = [];
        const held: string[] = [];
        const leave = (id: string): void => {
          for (const list of [waiting, held]) if (list.includes(id)) list.splice(list.indexOf(id), 1);
          for (const granted of queue.leave(id)) {
            assert.equal(granted, waiting.shift());
            held.push(granted);
          }
        };
        steps.forEach(({ enter, pick, slots }, index) => {
          const all = [...held, ...waiting];
          if (enter) {
            const answer = queue.enter(String(index), slots);
            if (answer === 'granted') held.push(String(index));
            if (answer === 'waiting') waiting.push(String(index));
            if (answer === 'full') assert.equal(waiting.length, 10);
          } else if (all.length > 0) leave(all[pick % all.length]!);
          assert.ok(queue.free >= 0 && queue.free <= capacity);
          assert.equal(queue.waiting, waiting.length);
          assert.ok(
            waiting.length === 0 || queue.free < 4,
            'nobody waits while there is room for any request',
          );
        });
        while (held.length + waiting.length > 0) leave((held[0] ?? waiting[0])!);
        assert.equal(queue.free, capacity);
      }),
    );
  });
});
