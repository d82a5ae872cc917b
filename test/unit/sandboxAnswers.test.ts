import assert from 'node:assert/strict';
import { extractAnswer } from '../../server/platforms/sandbox/extractAnswer.ts';
import { Knowledge } from '../../server/platforms/sandbox/knowledge.ts';
import { passagesOf } from '../../server/platforms/sandbox/passages.ts';

const ARTICLES: Readonly<Record<string, string>> = {
  'Returns and refunds':
    '# Returns and refunds\n\nYou may return unworn items within 60 days of delivery. Returns are free from any EU country.\n\n## How long refunds take\n\nWe refund the original payment method within 5 working days.\n\n## Excluded\n\nThese are excluded:\n\n- Gift cards\n- Custom-made sails',
  Shipping:
    'We ship from Kiel every working day.\n\n| Method | Price | Time |\n| --- | --- | --- |\n| Standard | 4.90 EUR | 2-3 working days |\n| Express | 12.90 EUR | next working day |\n\n## International\n\nWe deliver to all EU countries, Norway and Switzerland.',
  Stores:
    'Our shop is at Hafenstrasse 12, 24103 Kiel.\n\n## Opening hours\n\nMonday to Friday 9:00-18:00, Saturday 10:00-16:00. Closed on Sundays.',
  Warranty: 'Every jacket has a five year warranty against defects. **Normal wear** is not covered.',
  'About us':
    'Harbour Outfitters was founded in 1974 by [two sail makers](https://h.test/about). We make clothing.',
  Payment: 'You can pay with Visa, PayPal or by invoice. Invoices are due within 14 days.',
  Membership: 'The Crew membership costs 29 EUR a year. Cancel at any time in your account.',
  Careers: 'We are hiring sewers and shop assistants.',
  Contact: 'Call us at +49 431 555 0100 on weekdays, or write to help@example.test.',
};

function harbour(): Knowledge {
  const knowledge = new Knowledge();
  knowledge.ignore('Harbour Outfitters');
  for (const [title, markdown] of Object.entries(ARTICLES)) {
    knowledge.add({ id: title, title, markdown, url: `https://h.test/${title}`, curated: true });
  }
  return knowledge;
}

describe('what the sandbox bot finds', () => {
  const knowledge = harbour();
  const cases: readonly (readonly [string, string])[] = [
    ['What is your return policy?', 'Returns and refunds'],
    ["What is Harbour Outfitters' return policy?", 'Returns and refunds'],
    ['Can I send something back?', 'Returns and refunds'],
    ['How do I get my money back?', 'Returns and refunds'],
    ['I bought the wrong size', 'Returns and refunds'],
    ['How much is express delivery?', 'Shipping'],
    ['shiping costs', 'Shipping'],
    ['Do you deliver to Norway?', 'Shipping'],
    ['When are you open on Saturday?', 'Stores'],
    ['Where is your shop?', 'Stores'],
    ['My jacket is broken, what now?', 'Warranty'],
    ['warrenty', 'Warranty'],
    ['Who founded the company?', 'About us'],
    ['Which payment methods do you accept?', 'Payment'],
    ['How do I cancel my membership?', 'Membership'],
    ['Any vacancies?', 'Careers'],
    ['How do I talk to a person?', 'Contact'],
    ['What is your phone number?', 'Contact'],
  ];
  for (const [question, title] of cases) {
    it(`answers "${question}" from "${title}"`, () => {
      assert.equal(knowledge.search(question)[0]?.text.title, title);
    });
  }

  for (const question of [
    'What is the capital of France?',
    'Do you sell rockets?',
    'Tell me a joke',
    '???',
    '',
  ]) {
    it(`finds nothing for "${question}"`, () => {
      assert.deepEqual(knowledge.search(question), []);
    });
  }

  it('forgets a text that is removed and takes the new one of a text that is replaced', () => {
    const changing = harbour();
    changing.add({ id: 'Careers', title: 'Careers', markdown: 'We need welders.', curated: true });
    assert.equal(changing.search('Are you looking for welders?').length, 1);
    assert.equal(changing.search('Do you need sewers?').length, 0);
    changing.remove('Careers');
    assert.equal(changing.search('Are you looking for welders?').length, 0);
  });

  it('refuses a text without words', () => {
    assert.equal(
      new Knowledge().add({ id: '1', title: 'Empty', markdown: '![](x.png)\n\n---', curated: true }),
      false,
    );
  });

  it('prefers what was written for the bot to the same words on a page of the website', () => {
    const both = new Knowledge();
    both.add({ id: 'page', title: 'Returns', markdown: 'Return it within 30 days.', curated: false });
    both.add({ id: 'article', title: 'Returns', markdown: 'Return it within 30 days.', curated: true });
    assert.equal(both.search('return policy')[0]?.text.id, 'article');
  });
});

describe('what the sandbox bot says of what it finds', () => {
  const knowledge = harbour();
  const say = (question: string): string => {
    const [best] = knowledge.search(question);
    assert.ok(best);
    return extractAnswer(best);
  };

  it('quotes sentences without Markdown', () => {
    assert.equal(
      say('Who founded the company?'),
      'Harbour Outfitters was founded in 1974 by two sail makers. We make clothing.',
    );
  });

  it('gives the list that a sentence leads to', () => {
    assert.equal(say('Which items are excluded?'), 'These are excluded:\n- Gift cards\n- Custom-made sails');
  });

  it('reads out the rows of a table', () => {
    assert.match(
      say('How much is express delivery?'),
      /^- Express: Price 12\.90 EUR, Time next working day$/m,
    );
  });

  it('keeps an answer from a wall of text short', () => {
    const wall = new Knowledge();
    const sentences = Array.from({ length: 400 }, (_, index) => `Rule ${index} is about number ${index}.`);
    sentences[200] = 'Dogs are welcome on the terrace.';
    wall.add({ id: 'w', title: 'House rules', markdown: sentences.join(' '), curated: true });
    const [best] = wall.search('Are dogs welcome?');
    assert.ok(best);
    assert.match(extractAnswer(best), /^Dogs are welcome on the terrace\./);
    assert.ok(extractAnswer(best).length <= 700);
  });
});

describe('passages of an article', () => {
  it('follow its headings, and code is not taken for one', () => {
    const passages = passagesOf(
      '# T\n\nIntro.\n\n## A\n\nFirst e.g. this. Second.\n\n```\n# not a heading\n```\n\n### B\n\n1. one\n2. two',
      'T',
    );
    assert.deepEqual(
      passages.map(({ headings }) => headings),
      [[], ['A'], ['A', 'B']],
    );
    assert.deepEqual(passages[2]?.blocks, [{ kind: 'list', ordered: true, items: ['one', 'two'] }]);
  });
});
