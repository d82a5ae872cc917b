import { createHash } from 'node:crypto';
import { GreenroomError } from '../../../shared/errors.ts';
import { delay } from '../../timing/abort.ts';
import type { RunContext, Outputs } from '../context.ts';
import { needed, NO_RETRY, RETRY_SAFE, type Step } from '../engine/step.ts';
import { apiKeyOf, keySteps } from './apiKey.ts';

const SOURCE_ID = 'greenroom';
const BATCH = 50;

export function describeBot(context: RunContext): Step<Outputs, 'describe-bot'> {
  return {
    id: 'describe-bot',
    title: 'Describe the bot',
    kind: 'api',
    critical: false,
    needs: ['clone-bot', 'write-description', ...keySteps(context)],
    after: [],
    estimateMs: 100,
    timeoutMs: 30_000,
    retry: RETRY_SAFE,
    idempotencyKey: () => `describe:${context.platform.id}:${context.handle}`,
    async run(finished, control) {
      const api = context.platform.api(needed(finished, 'clone-bot'), apiKeyOf(context, finished));
      await api.describeBot(needed(finished, 'write-description'), control.signal);
      return true;
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'The bot introduces itself without saying what the company does.',
      remedy: "Write two sentences about the company on the bot's page in the dashboard.",
    }),
  };
}

export function upsertArticles(context: RunContext): Step<Outputs, 'upsert-articles'> {
  return {
    id: 'upsert-articles',
    title: 'Upload the knowledge',
    outcome: 'Knowledge',
    kind: 'api',
    critical: true,
    needs: ['clone-bot', 'write-articles', ...keySteps(context)],
    after: [],
    estimateMs: 500,
    timeoutMs: 60_000,
    retry: RETRY_SAFE,
    idempotencyKey: (finished) => {
      const articles = JSON.stringify(finished['write-articles'] ?? []);
      return `articles:${context.handle}:${createHash('sha256').update(articles).digest('hex').slice(0, 16)}`;
    },
    async run(finished, control) {
      const api = context.platform.api(needed(finished, 'clone-bot'), apiKeyOf(context, finished));
      const articles = needed(finished, 'write-articles');
      await api.ensureSource(SOURCE_ID, `${context.spec.company} articles`, control.signal);
      await control.made({ kind: 'knowledge-source', id: SOURCE_ID });
      const refused: string[] = [];
      for (let start = 0; start < articles.length; start += BATCH) {
        const batch = articles.slice(start, start + BATCH);
        const results = await api.upsertArticles(SOURCE_ID, batch, control.signal);
        results.forEach((result, index) => {
          if (!result.success)
            refused.push(`"${batch[index]?.title ?? result.id}" (${result.error ?? 'no reason given'})`);
        });
        control.report(
          `${Math.min(start + BATCH, articles.length) - refused.length} of ${articles.length} articles`,
        );
      }
      const count = articles.length - refused.length;
      if (count === 0) {
        throw new GreenroomError(
          'platform-rejected',
          `${context.platform.title} refused every article: ${refused[0] ?? ''}.`,
          'Look at the articles in the report and shorten or mend them in the demo spec.',
        );
      }
      if (refused.length > 0) {
        control.owe({
          cause: `${context.platform.title} refused ${refused.join(', ')}.`,
          consequence: 'The bot does not know what stands in them.',
          remedy: 'Mend these articles in the demo spec (knowledge.articles) and provision again.',
        });
      }
      return { count };
    },
  };
}

const FIRST_POLL_MS = 500;
const POLL_FACTOR = 1.5;
const LONGEST_POLL_MS = 4_000;
const INDEXING_LIMIT_MS = 30_000;

export function waitForIndexing(context: RunContext): Step<Outputs, 'wait-for-indexing'> {
  return {
    id: 'wait-for-indexing',
    title: 'Wait for indexing',
    kind: 'api',
    critical: false,
    needs: ['clone-bot', 'upsert-articles', ...keySteps(context)],
    after: [],
    estimateMs: 1_500,
    timeoutMs: INDEXING_LIMIT_MS,
    retry: NO_RETRY,
    async run(finished, control) {
      const api = context.platform.api(needed(finished, 'clone-bot'), apiKeyOf(context, finished));
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * POLL_FACTOR, LONGEST_POLL_MS)) {
        const indexing = await api.indexing(control.signal);
        control.report(`${indexing.indexed} of ${indexing.total} articles`);
        if (indexing.state === 'ready') return indexing;
        if (indexing.state === 'failed') {
          throw new GreenroomError(
            'platform-rejected',
            `${context.platform.title} could not index: ${indexing.error ?? 'it gives no reason'}.`,
            'Look at the knowledge in the dashboard.',
          );
        }
        control.waiting(`${context.platform.title} to index`);
        await delay(wait, control.signal);
        control.waiting(undefined);
      }
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'Some answers may be missing.',
      remedy: "Look at the knowledge in the bot's dashboard; when it says indexed, ask the bot again.",
    }),
  };
}
