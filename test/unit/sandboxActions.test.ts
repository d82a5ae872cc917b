import assert from 'node:assert/strict';
import type { DemoActionField } from '../../shared/demoSpec.ts';
import { findDate, findDateTime } from '../../server/platforms/sandbox/findDate.ts';
import { findInputs } from '../../server/platforms/sandbox/findInputs.ts';
import { matchAction } from '../../server/platforms/sandbox/matchAction.ts';
import type { BotAction } from '../../server/platforms/sandbox/model.ts';

const NOW = new Date('2026-11-22T10:00:00Z'); // a Sunday

function field(name: string, more: Partial<DemoActionField> = {}): DemoActionField {
  return { name, type: 'string', description: '', required: true, ...more };
}

function action(name: string, description: string, inputs: DemoActionField[]): BotAction {
  const times = { createdAt: NOW.toISOString(), updatedAt: NOW.toISOString() };
  const call = { method: 'GET', path: '/x', url: 'http://127.0.0.1/x' } as const;
  return {
    id: name,
    name,
    description,
    inputs,
    outputs: [field('status')],
    enabled: true,
    ...call,
    ...times,
  };
}

const ACTIONS = [
  action('getOrderStatus', 'Looks up where an order is. Use when a customer asks about their order.', [
    field('orderNumber', { example: 'A-1042' }),
  ]),
  action('start_return', 'Starts the return of an order. Use when a customer wants to return an item.', [
    field('orderNumber', { example: 'A-1042' }),
    field('reason', { enum: ['too_small', 'too_big', 'damaged'] }),
  ]),
  action('Book appointment', 'Books an appointment in a shop.', [
    field('date', { format: 'date' }),
    field('people', { type: 'integer', required: false }),
  ]),
  action('find-store', 'Finds the nearest shop in a city.', [field('city')]),
];

describe('which action a message asks for', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['Where is my order A-1042?', 'getOrderStatus'],
    ['What is the status of order A-77?', 'getOrderStatus'],
    ['I want to return order A-1042, it is damaged', 'start_return'],
    ['Please book an appointment for tomorrow', 'Book appointment'],
    ['Find a store in Hamburg', 'find-store'],
    ['Where is my parcel? My order is late', 'getOrderStatus'],
    ['What is your return policy?', undefined],
    ['How long do I have to return an item?', undefined],
    ['Do you ship to Norway?', undefined],
    ['Hello', undefined],
  ];
  for (const [message, name] of cases) {
    it(`${name ?? 'none'}: "${message}"`, () => {
      assert.equal(matchAction(message, ACTIONS, NOW)?.action.name, name);
    });
  }

  it('says which inputs the message lacks', () => {
    const match = matchAction('I want to return order A-1042', ACTIONS, NOW);
    assert.deepEqual([match?.inputs, match?.missing], [{ orderNumber: 'A-1042' }, ['reason']]);
  });

  it('leaves out actions that are switched off', () => {
    const off = ACTIONS.map((each) => ({ ...each, enabled: false }));
    assert.equal(matchAction('Where is my order A-1042?', off, NOW), undefined);
  });
});

describe('inputs found in a message', () => {
  const cases: readonly (readonly [string, DemoActionField, unknown])[] = [
    ['my order is a-2210 thanks', field('orderNumber', { example: 'A-1042' }), 'a-2210'],
    ['it is #4711', field('order_id'), '4711'],
    ['write to jo@example.test please', field('contact', { format: 'email' }), 'jo@example.test'],
    ['call +49 431 555-0100', field('phoneNumber'), '+49 431 555-0100'],
    ['for 4 people on 3 May', field('people', { type: 'integer' }), 4],
    ['near New York, please', field('city'), 'New York'],
    ['my name is Ada Byron', field('name'), 'Ada Byron'],
    ['it is too small', field('reason', { enum: ['too_small', 'too_big'] }), 'too_small'],
    ['at 3 pm', field('time'), '15:00'],
    ['where is it', field('orderNumber'), undefined],
  ];
  for (const [message, input, value] of cases) {
    it(`${String(value)} for ${input.name} in "${message}"`, () => {
      assert.equal(findInputs(message, [input], NOW)[input.name], value);
    });
  }

  it('takes the whole reply for the input that was asked for', () => {
    const color = field('color');
    assert.deepEqual(findInputs("It's dark blue.", [color], NOW, 'color'), { color: 'dark blue' });
    assert.deepEqual(findInputs('What do you mean?', [color], NOW, 'color'), {});
    assert.deepEqual(findInputs('yes', [field('gift', { type: 'boolean' })], NOW, 'gift'), { gift: true });
  });
});

describe('dates in a message', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['on 2026-12-24', '2026-12-24'],
    ['tomorrow', '2026-11-23'],
    ['next Sunday', '2026-11-29'],
    ['on the 3rd of May', '2027-05-03'],
    ['December 1st, 2026', '2026-12-01'],
    ['on 31 February', undefined],
    ['some day', undefined],
  ];
  for (const [message, date] of cases) {
    it(`${date ?? 'none'} in "${message}"`, () => {
      assert.equal(findDate(message, NOW), date);
    });
  }

  it('need a time to be a moment', () => {
    assert.equal(findDateTime('tomorrow at 3 pm', NOW), '2026-11-23T15:00:00Z');
    assert.equal(findDateTime('tomorrow', NOW), undefined);
  });
});
