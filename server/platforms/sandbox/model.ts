import * as z from 'zod';
import { actionSchema } from '../../../shared/demoSpec.ts';

/** Bytes of one article; what commercial platforms take. */
export const MAX_ARTICLE_BYTES = 100_000;
export const MAX_BODY_BYTES = 10_000_000;
export const MAX_ARTICLES = 5_000;
export const MAX_ACTIONS = 100;
/** Serialised size of a metadata object. */
const MAX_METADATA_BYTES = 4_096;

export const handleSchema = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower case letters, digits and single hyphens');

export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2_000);

const idSchema = z.string().min(1).max(160);

export const metadataSchema = z
  .record(z.string().min(1).max(100), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .refine((value) => JSON.stringify(value).length <= MAX_METADATA_BYTES, 'at most 4 KB');

export const sourceInputSchema = z.object({ id: idSchema, name: z.string().trim().min(1).max(255) });

export const articleInputSchema = z.object({
  id: idSchema,
  name: z.string().trim().min(1).max(255),
  content: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= MAX_ARTICLE_BYTES, 'at most 100 KB'),
  knowledge_source_id: idSchema,
  url: httpUrlSchema.optional(),
  language: z.string().max(35).default('en'),
  enabled: z.boolean().default(true),
});

/** One action as the import dialog and the API take it. */
export const actionInputSchema = z
  .strictObject({ ...actionSchema.shape, url: httpUrlSchema, enabled: z.boolean().default(true) })
  .refine(({ inputs }) => new Set(inputs.map(({ name }) => name)).size === inputs.length, {
    path: ['inputs'],
    error: 'every input has a name of its own',
  });

export const cloneInputSchema = z.object({
  template: z.string().min(1).max(80),
  handle: handleSchema,
  name: z.string().trim().min(1).max(120),
  website: httpUrlSchema.optional(),
});

/** How far something added to a bot's knowledge is. */
export type ArticleState = 'pending' | 'indexed' | 'failed';

const articleSchema = z.object({
  id: z.string(),
  name: z.string(),
  content: z.string(),
  sourceId: z.string(),
  url: z.string().optional(),
  language: z.string(),
  enabled: z.boolean(),
  state: z.enum(['pending', 'indexed', 'failed']),
  error: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Article = z.output<typeof articleSchema>;
export const articlesFileSchema = z.array(articleSchema);

const sourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['api', 'website']),
  /** Of a website source. */
  url: z.string().optional(),
  state: z.enum(['pending', 'crawling', 'ready', 'failed']),
  error: z.string().optional(),
  createdAt: z.string(),
});
export type KnowledgeSource = z.output<typeof sourceSchema>;

const storedActionSchema = z.object({
  ...actionSchema.shape,
  url: z.string(),
  enabled: z.boolean(),
  id: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type BotAction = z.output<typeof storedActionSchema>;

export const botSchema = z.object({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  website: z.string().optional(),
  template: z.string(),
  description: z.string(),
  greeting: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  sources: z.array(sourceSchema),
  actions: z.array(storedActionSchema),
  channels: z.array(z.object({ id: z.string(), name: z.string(), createdAt: z.string() })),
});
export type Bot = z.output<typeof botSchema>;

const calledActionSchema = z.object({
  name: z.string(),
  request: z.string(),
  /** HTTP status; 0 when there was no answer. */
  status: z.number(),
  result: z.string(),
});
export type CalledAction = z.output<typeof calledActionSchema>;

const messageSchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  role: z.enum(['end_user', 'ai_agent']),
  body: z.string(),
  /** Id of the message that this one answers. */
  inReplyTo: z.string().optional(),
  citations: z.array(z.object({ title: z.string(), url: z.string() })),
  action: calledActionSchema.optional(),
});
export type Message = z.output<typeof messageSchema>;

/** An action that waits for inputs the customer has been asked for. */
const openActionSchema = z.object({
  actionId: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  asked: z.string(),
  times: z.number(),
});
export type OpenAction = z.output<typeof openActionSchema>;

export const conversationSchema = z.object({
  id: z.string(),
  channelId: z.string(),
  endUserId: z.string(),
  status: z.enum(['active', 'ended']),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  createdAt: z.string(),
  updatedAt: z.string(),
  messages: z.array(messageSchema),
  openAction: openActionSchema.optional(),
});
export type Conversation = z.output<typeof conversationSchema>;

export const jobSchema = z.object({
  id: z.string(),
  state: z.enum(['queued', 'in_progress', 'completed', 'failed']),
  handle: z.string(),
  botId: z.string().optional(),
  reason: z.string().optional(),
  createdAt: z.string(),
});
export type CloneJob = z.output<typeof jobSchema>;

/** A key is kept as its SHA-256; the key itself is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  sha256: z.string(),
  /** First and last characters, for recognising it in a list. */
  masked: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
});
export type ApiKey = z.output<typeof apiKeySchema>;

/** Something a visitor or client did wrong, with the HTTP status that says so. */
export class SandboxProblem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429;
  readonly type: string;
  readonly details: readonly { parameter: string; location: string; message: string }[] | null;

  constructor(
    status: SandboxProblem['status'],
    type: string,
    message: string,
    details: SandboxProblem['details'] = null,
  ) {
    super(message);
    this.name = 'SandboxProblem';
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/** The value as `schema` reads it. Throws a 422 that names every wrong part. */
export function validated<T>(schema: z.ZodType<T>, value: unknown, location = 'body'): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({
    parameter: path.length === 0 ? '$' : `$.${path.join('.')}`,
    location,
    message,
  }));
  const said = details.map(({ parameter, message }) => `${parameter.slice(2) || 'the value'}: ${message}`);
  throw new SandboxProblem(422, 'validation_error', said.join('; '), details);
}
