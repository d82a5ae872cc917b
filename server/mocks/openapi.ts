import { parse, stringify, YAMLParseError } from 'yaml';
import { actionSchema, type DemoAction, type DemoActionField } from '../../shared/demoSpec.ts';
import { GreenroomError } from '../../shared/errors.ts';

type Json = Record<string, unknown>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const MAX_DEPTH = 20;

/**
 * The operations of an OpenAPI 3.x document (YAML or JSON text) as actions. Inputs are path and query parameters and
 * the properties of a JSON request body; outputs the properties of the first 2xx JSON answer, of its items when it is
 * a list. Properties of nested objects get joined names (`address_city`); nested lists are left out. `$ref`s stay within
 * the document. Errors: `invalid-input`, whose `field` is the place in the document.
 */
export function actionsFromOpenApi(text: string): DemoAction[] {
  const root = parseDocument(text);
  const version = root['openapi'];
  if (typeof version !== 'string' || !/^3\.\d/.test(version)) {
    throw problem('openapi', 'it must name version 3.0 or 3.1 of OpenAPI');
  }
  const paths = objectAt(root['paths'], 'paths');
  const actions: DemoAction[] = [];
  for (const [path, rawItem] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    const place = `paths.${path}`;
    const item = resolve(root, objectAt(rawItem, place), place);
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const at = `${place}.${method}`;
      actions.push(toAction(root, path, method, item, objectAt(item[method], at), at));
    }
  }
  if (actions.length === 0) throw problem('paths', 'there is no operation in it');
  const names = new Set<string>();
  for (const action of actions) {
    if (names.has(action.name)) throw problem('paths', `two operations are named "${action.name}"`);
    names.add(action.name);
  }
  return actions;
}

function parseDocument(text: string): Json {
  try {
    return objectAt(parse(text), 'the document');
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw problem(
      line === undefined ? 'the document' : `line ${line}`,
      error.message.split('\n', 1)[0] ?? 'not YAML',
    );
  }
}

function toAction(
  root: Json,
  path: string,
  method: string,
  item: Json,
  operation: Json,
  at: string,
): DemoAction {
  const inputs = new Map<string, DemoActionField>();
  const lists = [
    [item['parameters'], `${at.slice(0, at.lastIndexOf('.'))}.parameters`],
    [operation['parameters'], `${at}.parameters`],
  ] as const;
  for (const [list, place] of lists) {
    for (const [index, raw] of arrayAt(list, place).entries()) {
      const where = `${place}[${index}]`;
      const parameter = resolve(root, objectAt(raw, where), where);
      const input = parameterInput(root, parameter, where);
      if (input !== undefined) inputs.set(input.name, input);
    }
  }
  for (const input of bodyInputs(root, operation, at)) inputs.set(input.name, input);
  const action = {
    name: textAt(operation['operationId']) || textAt(operation['summary']) || `${method} ${path}`,
    description: (
      textAt(operation['description']) ||
      textAt(operation['summary']) ||
      `${method} ${path}`
    ).slice(0, 500),
    method: method.toUpperCase(),
    path,
    inputs: [...inputs.values()],
    outputs: outputsOf(root, operation, at),
  };
  const checked = actionSchema.safeParse(action);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw problem([at, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'it is no action');
  }
  requirePathInputs(checked.data, at);
  return checked.data;
}

/** Every `{name}` of an action's path must be one of its inputs. Errors: `invalid-input`. */
export function requirePathInputs(action: DemoAction, at: string): void {
  for (const [, name] of action.path.matchAll(/\{([^}]*)\}/g)) {
    if (!action.inputs.some((input) => input.name === name)) {
      throw problem(at, `the path holds {${name ?? ''}}, which is not among the inputs`);
    }
  }
}

function parameterInput(root: Json, parameter: Json, where: string): DemoActionField | undefined {
  const required = parameter['required'] === true || parameter['in'] === 'path';
  if (parameter['in'] !== 'path' && parameter['in'] !== 'query') {
    if (!required) return undefined;
    throw problem(where, 'a required header or cookie can not be filled in by a bot');
  }
  const name = textAt(parameter['name']);
  const schema = resolve(root, objectAt(parameter['schema'], `${where}.schema`), `${where}.schema`);
  const field = scalarField(name, schema, required, textAt(parameter['description']), parameter['example']);
  if (field !== undefined) return field;
  if (!required) return undefined;
  throw problem(`${where}.schema`, 'a parameter must be a string, a number, an integer or a boolean');
}

function bodyInputs(root: Json, operation: Json, at: string): DemoActionField[] {
  const where = `${at}.requestBody`;
  if (operation['requestBody'] === undefined) return [];
  const body = resolve(root, objectAt(operation['requestBody'], where), where);
  const schema = jsonSchemaOf(root, body, where);
  if (schema === undefined) throw problem(where, 'only application/json bodies can be mocked');
  return fieldsOf(root, schema, `${where}.schema`, '', true, 0);
}

function outputsOf(root: Json, operation: Json, at: string): DemoActionField[] {
  const responses = objectAt(operation['responses'], `${at}.responses`);
  const code = Object.keys(responses).find((key) => /^2(\d\d|XX)$/i.test(key)) ?? 'default';
  const where = `${at}.responses.${code}`;
  if (responses[code] === undefined) throw problem(`${at}.responses`, 'there is no 2xx answer');
  const response = resolve(root, objectAt(responses[code], where), where);
  let schema = jsonSchemaOf(root, response, where);
  if (schema === undefined) throw problem(where, 'it must describe an application/json answer');
  if (typeOf(schema) === 'array')
    schema = resolve(root, objectAt(schema['items'], `${where}.items`), `${where}.items`);
  const fields = fieldsOf(root, schema, where, '', true, 0);
  if (fields.length === 0)
    throw problem(where, 'the answer has no property that is a string, number or boolean');
  return fields;
}

function jsonSchemaOf(root: Json, holder: Json, where: string): Json | undefined {
  const content = holder['content'] === undefined ? {} : objectAt(holder['content'], `${where}.content`);
  const type = Object.keys(content).find((key) => /^application\/([\w.+-]+\+)?json/i.test(key));
  if (type === undefined) return undefined;
  const place = `${where}.content.${type}`;
  return resolve(
    root,
    objectAt(objectAt(content[type], place)['schema'], `${place}.schema`),
    `${place}.schema`,
  );
}

function fieldsOf(
  root: Json,
  schema: Json,
  where: string,
  prefix: string,
  parentRequired: boolean,
  depth: number,
): DemoActionField[] {
  if (depth > MAX_DEPTH) throw problem(where, 'the schema contains itself');
  const fields: DemoActionField[] = [];
  for (const [index, part] of arrayAt(schema['allOf'], `${where}.allOf`).entries()) {
    const place = `${where}.allOf[${index}]`;
    fields.push(
      ...fieldsOf(
        root,
        resolve(root, objectAt(part, place), place),
        place,
        prefix,
        parentRequired,
        depth + 1,
      ),
    );
  }
  const properties =
    schema['properties'] === undefined ? {} : objectAt(schema['properties'], `${where}.properties`);
  const requiredNames = new Set(arrayAt(schema['required'], `${where}.required`));
  for (const [key, raw] of Object.entries(properties)) {
    const place = `${where}.properties.${key}`;
    const property = resolve(root, objectAt(raw, place), place);
    const name = `${prefix}${key}`.replace(/[^a-zA-Z0-9_]+/g, '_');
    const required = parentRequired && requiredNames.has(key);
    const field = scalarField(name, property, required, textAt(property['description']), property['example']);
    if (field !== undefined) fields.push(field);
    else if (property['properties'] !== undefined || property['allOf'] !== undefined) {
      fields.push(...fieldsOf(root, property, place, `${name}_`, required, depth + 1));
    }
  }
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function scalarField(
  name: string,
  schema: Json,
  required: boolean,
  description: string,
  example: unknown,
): DemoActionField | undefined {
  const type = typeOf(schema);
  if (type !== 'string' && type !== 'integer' && type !== 'number' && type !== 'boolean') return undefined;
  const values = schema['enum'];
  const named =
    example ?? (Array.isArray(schema['examples']) ? (schema['examples'] as unknown[])[0] : undefined);
  return {
    name,
    type,
    description,
    required,
    ...(typeof schema['format'] === 'string' ? { format: schema['format'] } : {}),
    ...(Array.isArray(values) && values.length > 0 ? { enum: values.map(String) } : {}),
    ...(typeof named === 'string' || typeof named === 'number' || typeof named === 'boolean'
      ? { example: named }
      : {}),
  };
}

/** The schema's type; in 3.1 it may be a list of which "null" does not count. */
function typeOf(schema: Json): string | undefined {
  const type: unknown = schema['type'];
  if (Array.isArray(type)) return type.filter((one) => one !== 'null').map(String)[0];
  if (typeof type === 'string') return type;
  return schema['enum'] === undefined ? undefined : 'string';
}

function resolve(root: Json, value: Json, where: string): Json {
  let current = value;
  for (let step = 0; typeof current['$ref'] === 'string'; step++) {
    const ref = current['$ref'];
    if (!ref.startsWith('#/')) throw problem(`${where}.$ref`, `"${ref}" leads out of the document`);
    if (step === MAX_DEPTH) throw problem(`${where}.$ref`, `"${ref}" leads back to itself`);
    let target: unknown = root;
    for (const part of ref.slice(2).split('/')) {
      const key = part.replace(/~1/g, '/').replace(/~0/g, '~');
      const holder = typeof target === 'object' && target !== null ? (target as Json) : {};
      target = Object.hasOwn(holder, key) ? holder[key] : undefined;
    }
    if (target === undefined) throw problem(`${where}.$ref`, `"${ref}" names nothing`);
    current = objectAt(target, ref);
  }
  return current;
}

function objectAt(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw problem(where, value === undefined ? 'it is missing' : 'it must be an object');
}

function arrayAt(value: unknown, where: string): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw problem(where, 'it must be a list');
}

function textAt(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function problem(field: string, what: string): GreenroomError {
  return new GreenroomError(
    'invalid-input',
    `The OpenAPI document is wrong at ${field}: ${what}.`,
    'Correct it there.',
    {
      field,
    },
  );
}

/** JSON Schema of one field. */
export function fieldSchema(field: DemoActionField): Json {
  const { type, description, format, example } = field;
  const values = field.enum?.map((value) =>
    type === 'integer' || type === 'number' ? Number(value) : value,
  );
  return {
    type,
    ...(description === '' ? {} : { description }),
    ...(format === undefined ? {} : { format }),
    ...(values === undefined ? {} : { enum: values }),
    ...(example === undefined ? {} : { example }),
  };
}

/** JSON Schema of an action's inputs or outputs. */
export function objectSchema(fields: readonly DemoActionField[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.filter((field) => field.required).map((field) => field.name),
  };
}

/** An OpenAPI 3.1 document for `actions` served at `serverUrl`; {@link actionsFromOpenApi} reads it back unchanged. */
export function openApiFromActions(title: string, actions: readonly DemoAction[], serverUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const action of actions) {
    const inPath = new Set([...action.path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]));
    const inBody = /^(POST|PUT|PATCH)$/.test(action.method);
    const body = action.inputs.filter((input) => inBody && !inPath.has(input.name));
    const parameters = action.inputs.filter((input) => !body.includes(input));
    paths[action.path] = {
      ...paths[action.path],
      [action.method.toLowerCase()]: {
        operationId: action.name,
        description: action.description,
        parameters: parameters.map((input) => ({
          name: input.name,
          in: inPath.has(input.name) ? 'path' : 'query',
          required: input.required || inPath.has(input.name),
          description: input.description,
          schema: fieldSchema(input),
        })),
        ...(body.length === 0
          ? {}
          : {
              requestBody: {
                required: true,
                content: { 'application/json': { schema: objectSchema(body) } },
              },
            }),
        responses: {
          200: {
            description: 'Done.',
            content: { 'application/json': { schema: objectSchema(action.outputs) } },
          },
          404: { description: 'There is no such address.' },
          422: { description: 'An input is missing or wrong.' },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1.0.0' },
    servers: [{ url: serverUrl }],
    paths,
  };
}

/** The document of {@link openApiFromActions} as YAML. */
export function openApiYaml(title: string, actions: readonly DemoAction[], serverUrl: string): string {
  return stringify(openApiFromActions(title, actions, serverUrl), {
    lineWidth: 110,
    aliasDuplicateObjects: false,
  });
}
