import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { answerOf, hasFormat } from '../../server/mocks/local/values.ts';
import { actionsFromOpenApi, objectSchema, openApiYaml } from '../../server/mocks/openapi.ts';
import { actionSchema } from '../../shared/demoSpec.ts';
import { isGreenroomError } from '../../shared/errors.ts';

const NAMES =
  'status order_number trackingNumber total price eta message city address rating open_now id email url slot quantity notes zzz'.split(
    ' ',
  );

const field = fc
  .record({
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom('string', 'integer', 'number', 'boolean'),
    required: fc.boolean(),
    format: fc.constantFrom(undefined, 'date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4'),
    values: fc.boolean(),
  })
  .map(({ name, type, required, format, values }) => ({
    name,
    type,
    required,
    ...(type === 'string' && format !== undefined ? { format } : {}),
    ...(values && type === 'string' && format === undefined ? { enum: ['red', 'green'] } : {}),
    ...(values && type === 'integer' ? { enum: ['1', '22'] } : {}),
  }));
const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 8, selector: (one) => one.name });
const anyAction = fc
  .record({
    name: fc.constantFrom('Check order', 'Book a table', 'Find store', 'Ask'),
    description: fc.constantFrom('Where is it?', 'Start a return', 'x'),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path: fc.constant('/thing'),
    inputs: fields,
    outputs: fields,
  })
  .map((action) => actionSchema.parse(action));

describe('answers of mocked actions', function () {
  this.timeout(20_000);

  it('are true to the schema of any action, and the same for the same call', () => {
    const ajv = new Ajv({ strict: false });
    for (const format of ['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4']) {
      ajv.addFormat(format, (value: string) => hasFormat(format, value));
    }
    fc.assert(
      fc.property(anyAction, fc.string(), fc.integer(), (action, text, number) => {
        const inputs = { status: text, total: number, quantity: 3, email: 'a@b.example', open_now: true };
        const seed = { demo: 'acme', publishedAt: 1_790_000_000_000 };
        const answer = answerOf(action, inputs, seed);
        const schema = { ...objectSchema(action.outputs), additionalProperties: false };
        assert.ok(ajv.validate(schema, answer), `${ajv.errorsText()} ${JSON.stringify(answer)}`);
        assert.deepEqual(answerOf(action, inputs, seed), answer);
      }),
      { numRuns: 300 },
    );
  });

  it('differ between orders and lie in the future where the name says so', () => {
    const action = actionSchema.parse({
      name: 'Check order status',
      description: 'Where an order is.',
      path: '/orders/{order_number}',
      inputs: [{ name: 'order_number' }],
      outputs: [
        { name: 'tracking_number' },
        { name: 'estimated_delivery', format: 'date' },
        { name: 'ordered_on', format: 'date' },
      ],
    });
    const publishedAt = Date.UTC(2026, 4, 5, 12);
    const answers = ['1', '2', '3'].map((order_number) =>
      answerOf(action, { order_number }, { demo: 'a', publishedAt }),
    );
    assert.equal(new Set(answers.map((answer) => answer['tracking_number'])).size, 3);
    for (const answer of answers) {
      assert.ok(String(answer['estimated_delivery']) > '2026-05-05');
      assert.ok(String(answer['ordered_on']) < '2026-05-05');
    }
  });
});

describe('OpenAPI documents', function () {
  this.timeout(20_000);

  it('of any actions read back to the same actions', () => {
    fc.assert(
      fc.property(anyAction, (action) => {
        const [back] = actionsFromOpenApi(openApiYaml('Acme', [action], 'http://127.0.0.1/'));
        assert.deepEqual(back, action);
      }),
      { numRuns: 100 },
    );
  });

  it('with local references, allOf and nested objects become flat actions', () => {
    const [action] = actionsFromOpenApi(`
openapi: 3.0.3
paths:
  /orders/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
    get:
      operationId: getOrder
      responses:
        '200': { $ref: '#/components/responses/Order' }
components:
  responses:
    Order: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
  schemas:
    Base: { type: object, required: [id], properties: { id: { type: integer } } }
    Order:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          properties:
            address: { type: object, properties: { city: { type: [string, 'null'] } } }
            lines: { type: array, items: { type: object } }
`);
    assert.deepEqual(
      action?.outputs.map(({ name, type, required }) => ({ name, type, required })),
      [
        { name: 'id', type: 'integer', required: true },
        { name: 'address_city', type: 'string', required: false },
      ],
    );
  });

  it('that are wrong are refused with the place of the mistake', () => {
    const ok =
      "responses: { '200': { content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } } } }";
    const cases = [
      ['{', 'line 1'],
      ['swagger: "2.0"', 'openapi'],
      ['openapi: 3.0.0', 'paths'],
      ['openapi: 3.0.0\npaths: {}', 'paths'],
      ['openapi: 3.0.0\npaths: { /a: { get: { responses: {} } } }', 'paths./a.get.responses'],
      [`openapi: 3.0.0\npaths: { '/a/{b}': { get: { ${ok} } } }`, 'paths./a/{b}.get'],
      [
        `openapi: 3.0.0\npaths: { /a: { get: { parameters: [{ $ref: 'other.yaml#/x' }], ${ok} } } }`,
        'paths./a.get.parameters[0].$ref',
      ],
      [
        `openapi: 3.0.0\npaths: { /a: { get: { parameters: [{ $ref: '#/c/x' }], ${ok} } } }\nc: { x: { $ref: '#/c/x' } }`,
        'paths./a.get.parameters[0].$ref',
      ],
    ] as const;
    for (const [text, field] of cases) {
      assert.throws(
        () => actionsFromOpenApi(text),
        (error: unknown) =>
          isGreenroomError(error) && error.code === 'invalid-input' && error.data.field === field,
        `${text} should be wrong at ${field}`,
      );
    }
  });
});
