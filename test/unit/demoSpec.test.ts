import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGreenroomError } from '../../shared/errors.ts';
import type { ProvisionParams } from '../../shared/protocol.ts';
import { botHandle, resolveSpec } from '../../server/provision/spec.ts';

const minimal = { company: 'Acme Corp', website: 'https://acme.example' };

async function refusal(params: ProvisionParams) {
  try {
    await resolveSpec(params);
  } catch (error) {
    assert.ok(isGreenroomError(error), String(error));
    assert.equal(error.code, 'invalid-input');
    return error.data;
  }
  return assert.fail('it was taken');
}

describe('a demo spec', () => {
  it('needs a company and a website, and gets every default', async () => {
    const { spec, actions } = await resolveSpec(minimal);
    assert.deepEqual(spec, {
      ...minimal,
      platform: 'sandbox',
      template: 'customer-service',
      mockHost: 'local',
      writer: 'offline',
      key: 'auto',
      knowledge: { maxPages: 12, maxArticles: 20, articles: [] },
      conversations: { count: 10, questions: [] },
    });
    assert.equal(actions, undefined);
  });

  it('lets a single field win over the file', async () => {
    const { spec } = await resolveSpec({
      spec: 'company: Old\nwebsite: https://old.example\n',
      company: 'New',
    });
    assert.equal(spec.company, 'New');
    assert.equal(spec.website, 'https://old.example');
  });

  it('takes an address as people write it', async () => {
    const { spec } = await resolveSpec({ company: 'Acme', website: ' acme.example ' });
    assert.equal(spec.website, 'https://acme.example');
    assert.equal(
      (await resolveSpec({ company: 'Acme', website: 'localhost:8080' })).spec.website,
      'http://localhost:8080',
    );
  });

  for (const [what, params, field, message] of [
    ['no company', { website: 'https://acme.example' }, 'company', /company: a company name/],
    ['an empty company', { ...minimal, company: '  ' }, 'company', /a company name/],
    ['a file address', { ...minimal, website: 'file:///etc/passwd' }, 'website', /http or https/],
    ['a script address', { ...minimal, website: 'javascript:alert(1)' }, 'website', /http or https/],
    [
      'an address with a password',
      { ...minimal, website: 'https://ana:geheim@acme.example' },
      'website',
      /without a user name or password/,
    ],
    ['the manual path without a key', { ...minimal, key: 'manual' }, 'apiKey', /needs an API key/],
    ['a list for a spec', { spec: '- a\n- b\n' }, 'spec', /name: value/],
    [
      'an unknown field',
      { spec: 'company: A\nwebsite: https://a.example\ncolour: red\n' },
      'colour',
      /line 3/,
    ],
    [
      'a wrong type',
      { spec: 'company: A\nwebsite: https://a.example\nknowledge:\n  maxPages: many\n' },
      'knowledge.maxPages',
      /line 4: knowledge.maxPages/,
    ],
    ['broken YAML', { spec: 'company: "A\n' }, 'spec', /line \d/],
    [
      'an OpenAPI file that is not there',
      { spec: 'company: A\nwebsite: https://a.example\nactions: { openapi: nowhere.yaml }\n' },
      'actions.openapi',
      /nowhere\.yaml/,
    ],
  ] satisfies [string, ProvisionParams, string, RegExp][]) {
    it(`refuses ${what}, naming the field and the place`, async () => {
      const data = await refusal(params);
      assert.equal(data.field, field);
      assert.match(data.message, message);
      assert.ok(data.next.length > 0);
    });
  }

  it('reads the actions of the OpenAPI file beside it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'greenroom-spec-'));
    try {
      await writeFile(
        join(dir, 'api.yaml'),
        `openapi: 3.0.3
info: { title: Orders, version: '1' }
paths:
  /orders/{orderNumber}:
    get:
      operationId: checkOrder
      summary: Check an order
      parameters: [{ name: orderNumber, in: path, required: true, schema: { type: string } }]
      responses:
        '200':
          description: The order
          content: { application/json: { schema: { type: object, properties: { status: { type: string } } } } }
`,
      );
      const spec = 'company: A\nwebsite: https://a.example\nactions: { openapi: api.yaml }\n';
      const { actions } = await resolveSpec({ spec, specPath: join(dir, 'a.demo.yaml') });
      assert.equal(actions?.length, 1);
      assert.equal(actions[0]?.path, '/orders/{orderNumber}');
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('says which platform a missing key is for, so that a client can look for it', async () => {
    const error = await refusal({ spec: 'company: A\nwebsite: https://a.example\nkey: manual\n' });
    assert.deepEqual(error.facts, { platform: 'sandbox' });
  });

  it('names the bot in plain letters', () => {
    assert.equal(botHandle('Acme Corp'), 'acme-corp-demo');
    assert.equal(botHandle('Café Zürich & Söhne GmbH'), 'cafe-zurich-sohne-gmbh-demo');
  });

  it('gives companies whose names share their Latin letters bots of their own', () => {
    const names = [
      '株式会社',
      '有限会社',
      'A株式会社',
      'A有限会社',
      `${'x'.repeat(60)}1`,
      `${'x'.repeat(60)}2`,
    ];
    assert.equal(new Set(names.map(botHandle)).size, names.length);
    assert.equal(botHandle('株式会社'), botHandle(' 株式会社 '));
    for (const name of [...names, `${'long '.repeat(30)}`, '!!!', `${'a'.repeat(47)} b c`]) {
      assert.match(botHandle(name), /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(botHandle(name).length <= 80);
    }
  });

  it('refuses aliases that name nothing or unfold without end', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...[...'bcdefgh'].map((name, index) => {
        const previous = 'abcdefg'[index] ?? '';
        return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${previous}`).join(', ')}]`;
      }),
    ];
    for (const spec of ['company: *nobody\nwebsite: https://a.example\n', bomb.join('\n')]) {
      await assert.rejects(
        resolveSpec({ spec }),
        (error) => isGreenroomError(error) && error.code === 'invalid-input',
      );
    }
  });
});
