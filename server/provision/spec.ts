import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as yaml from 'yaml';
import type * as z from 'zod';
import { type DemoAction, type DemoSpec, demoSpecSchema } from '../../shared/demoSpec.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { ProvisionParams } from '../../shared/protocol.ts';
import { actionsFromOpenApi } from '../mocks/openapi.ts';

/** A demo's inputs, validated and complete. */
export interface ResolvedSpec {
  spec: DemoSpec;
  /** The spec's own actions; `undefined` leaves the choice to the writer. */
  actions: readonly DemoAction[] | undefined;
}

/**
 * Merges a spec file's text with single fields (fields win), fills the defaults and reads the OpenAPI file it
 * names. Errors: `invalid-input` with the field, and the line where a spec file has one.
 */
export async function resolveSpec(params: ProvisionParams): Promise<ResolvedSpec> {
  const document = params.spec === undefined ? undefined : parseYaml(params.spec, params.specPath);
  const value: unknown = document?.value ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('A demo spec is a list of "name: value" lines.', 'spec');
  }
  const website = params.website === undefined ? undefined : withScheme(params.website);
  const { company, platform, mockHost, writer, key } = params;
  const given = Object.entries({ company, website, platform, mockHost, writer, key });
  const fields = Object.fromEntries(given.filter(([, field]) => field !== undefined));
  const parsed = demoSpecSchema.safeParse({ ...value, ...fields });
  if (!parsed.success) throw describeIssue(parsed.error, document, params.specPath);
  const spec = parsed.data;
  if (spec.key === 'manual' && (params.apiKey ?? '').trim() === '') {
    throw invalid(
      `The manual key path needs an API key for ${spec.platform}.`,
      'apiKey',
      'Give the key (--api-key, or the command "Set API Key"), or use the auto path, which reads one in the browser.',
      { platform: spec.platform },
    );
  }
  return { spec, actions: await specActions(spec, params.specPath) };
}

async function specActions(
  spec: DemoSpec,
  specPath: string | undefined,
): Promise<readonly DemoAction[] | undefined> {
  if (spec.actions === undefined || Array.isArray(spec.actions)) return spec.actions;
  const file = resolve(specPath === undefined ? '.' : dirname(specPath), spec.actions.openapi);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid(
      `The OpenAPI file ${file} can't be read: ${error.message}`,
      'actions.openapi',
      'Mend the path in the spec.',
    );
  });
  return actionsFromOpenApi(text);
}

/** "example.com" is meant as https://example.com, "localhost:8080" as http. */
function withScheme(website: string): string {
  const trimmed = website.trim();
  const hostAndPort = /^([^/:]+):\d+(\/|$)/.exec(trimmed);
  if (hostAndPort === null && /^[a-z][a-z0-9+.-]*:/i.test(trimmed)) return trimmed;
  const host = hostAndPort?.[1] ?? trimmed.split('/', 1)[0] ?? '';
  return `${/^(localhost|127\.[\d.]+)$/.test(host) ? 'http' : 'https'}://${trimmed}`;
}

interface ParsedYaml {
  value: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

function parseYaml(text: string, specPath: string | undefined): ParsedYaml {
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lineCounter.linePos(problem.pos[0]);
    throw invalid(`${place(specPath, line)}: ${problem.message.split('\n', 1)[0] ?? 'not YAML'}`, 'spec');
  }
  return {
    value: valueOf(document, specPath),
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const node: unknown = document.getIn(path.slice(0, length), true);
        if (yaml.isNode(node) && node.range != null) return lineCounter.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
}

/** Aliases are looked up only here: one may name nothing, and many may unfold to more than memory holds. */
function valueOf(document: yaml.Document, specPath: string | undefined): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw invalid(`${place(specPath, undefined)}: ${(error as Error).message}.`, 'spec');
  }
}

function describeIssue(
  error: z.ZodError,
  document: ParsedYaml | undefined,
  specPath: string | undefined,
): GreenroomError {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const field = path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'spec');
  const line = document?.lineOf(
    path.length > 0 ? path : issue?.code === 'unrecognized_keys' ? issue.keys : [],
  );
  const where = document === undefined ? '' : `${place(specPath, line)}: `;
  return invalid(`${where}${field}: ${issue?.message ?? 'not valid'}.`, field);
}

const place = (specPath: string | undefined, line: number | undefined): string =>
  `${specPath ?? 'The demo spec'}${line === undefined ? '' : `, line ${line}`}`;

function invalid(
  message: string,
  field: string,
  next = 'Mend it and try again.',
  facts?: Record<string, string>,
): GreenroomError {
  return new GreenroomError('invalid-input', message, next, {
    field,
    ...(facts === undefined ? {} : { facts }),
  });
}

const LONGEST_SLUG = 48;

/**
 * The bot's name on a platform: lower case letters, digits and single hyphens. A digest stands for what does not fit,
 * so that two companies never share a bot because their names look the same in Latin letters.
 */
export function botHandle(company: string): string {
  const plain = company.trim().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  if (slug.length <= LONGEST_SLUG && !/(?![a-z0-9])[\p{L}\p{N}]/u.test(plain))
    return `${slug || 'company'}-demo`;
  const short = slug.slice(0, LONGEST_SLUG).replace(/-$/, '') || 'company';
  return `${short}-${createHash('sha256').update(plain).digest('hex').slice(0, 8)}-demo`;
}
