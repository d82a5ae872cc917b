import * as z from 'zod';

const scalarType = z.enum(['string', 'integer', 'number', 'boolean']);

const actionField = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'letters, digits and _, starting with a letter'),
  type: scalarType.default('string'),
  description: z.string().default(''),
  required: z.boolean().default(true),
  format: z.string().optional().describe('a JSON Schema format, such as date, date-time, email'),
  enum: z.array(z.string()).min(1).optional(),
  example: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** Something the bot can do by calling an address of the mock host. */
export const actionSchema = z.strictObject({
  name: z.string().min(1).max(80),
  description: z.string().min(1).max(500).describe('when to use it; the bot chooses by this text'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z.string().startsWith('/', 'starts with /').describe('may hold {names} of inputs'),
  inputs: z.array(actionField).default([]),
  outputs: z.array(actionField).min(1),
});

const articleSchema = z.strictObject({
  title: z.string().min(1).max(255),
  body: z.string().min(1).max(100_000).describe('Markdown'),
  url: z.url().optional(),
});

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'an http or https address' })
  .refine(
    (url) => !/^https?:\/\/[^/?#]*@/i.test(url),
    'an address without a user name or password, for it stands in journals and reports',
  );

/** The content of a `*.demo.yaml` file. */
export const demoSpecSchema = z.strictObject({
  company: z.string({ error: 'a company name' }).trim().min(1, 'a company name').max(80),
  website: httpUrl.describe('home page of the company'),
  platform: z.string().default('sandbox').describe('where the bot lives'),
  template: z.string().default('customer-service').describe('the template bot to clone'),
  mockHost: z.string().default('local').describe("where the bot's actions call"),
  writer: z.string().default('offline').describe('what writes text'),
  key: z.enum(['auto', 'manual']).default('auto').describe("how the platform's API key is come by"),
  knowledge: z
    .strictObject({
      maxPages: z.int().min(1).max(100).default(12).describe('pages of the website to read'),
      maxArticles: z.int().min(1).max(100).default(20),
      articles: z.array(articleSchema).default([]).describe('articles of your own, kept as they are'),
    })
    .prefault({}),
  actions: z
    .union([z.array(actionSchema).max(20), z.strictObject({ openapi: z.string().min(1) })])
    .optional()
    .describe('a list, or { openapi: file }; without it actions are chosen from what the website offers'),
  conversations: z
    .strictObject({
      count: z.int().min(0).max(100).default(10).describe('sample conversations'),
      questions: z.array(z.string().min(1)).default([]).describe('questions of your own, asked first'),
    })
    .prefault({}),
});

export type DemoSpec = z.output<typeof demoSpecSchema>;
export type DemoAction = z.output<typeof actionSchema>;
export type DemoActionField = z.output<typeof actionField>;
