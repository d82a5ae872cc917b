import { createHash } from 'node:crypto';
import { GreenroomError } from '../../../shared/errors.ts';
import type { WrittenArticle, WrittenQuestion, WriterInput } from '../../writers/writer.ts';
import type { RunContext, Outputs } from '../context.ts';
import { type Finished, NO_RETRY, type Step } from '../engine/step.ts';

const WRITE = {
  kind: 'write',
  needs: [],
  after: ['read-website'],
  retry: NO_RETRY,
  timeoutMs: 120_000,
} as const;

export function writerInput({ spec }: RunContext, finished: Finished<Outputs>): WriterInput {
  return { company: spec.company, website: spec.website, pages: finished['read-website'] ?? [] };
}

export function writeDescription(context: RunContext): Step<Outputs, 'write-description'> {
  return {
    ...WRITE,
    id: 'write-description',
    title: 'Write the description',
    critical: false,
    estimateMs: 100,
    async run(finished, control) {
      const text = await context.writer.description(writerInput(context, finished), control.signal);
      if (text === '') {
        throw new GreenroomError(
          'not-found',
          'The website says nothing about the company.',
          'Write a description in the dashboard.',
        );
      }
      control.report(`${text.split(/\s+/).length} words`);
      return text;
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'The bot introduces itself without saying what the company does.',
      remedy: "Write two sentences about the company on the bot's page in the dashboard.",
    }),
  };
}

export function writeArticles(context: RunContext): Step<Outputs, 'write-articles'> {
  const { knowledge, website } = context.spec;
  const own = knowledge.articles.map((article): WrittenArticle => {
    const id = createHash('sha256').update(`${website}\n${article.title}`).digest('hex').slice(0, 32);
    return { id, title: article.title, body: article.body, url: article.url ?? website };
  });
  return {
    ...WRITE,
    id: 'write-articles',
    title: 'Write the articles',
    critical: true,
    estimateMs: 300,
    async run(finished, control) {
      const room = Math.max(0, knowledge.maxArticles - own.length);
      const input = writerInput(context, finished);
      const written =
        input.pages.length === 0 ? [] : await context.writer.articles(input, room, control.signal);
      const articles = [...own, ...written];
      if (articles.length === 0) {
        throw new GreenroomError(
          'not-found',
          `Nothing on ${website} makes an article.`,
          'Give another address of the site, or write articles into the demo spec (knowledge.articles).',
        );
      }
      control.report(`${articles.length} ${articles.length === 1 ? 'article' : 'articles'}`);
      return articles;
    },
  };
}

export function writeQuestions(context: RunContext): Step<Outputs, 'write-questions'> {
  const { conversations } = context.spec;
  return {
    ...WRITE,
    id: 'write-questions',
    title: 'Write the questions',
    critical: false,
    estimateMs: 200,
    async run(finished, control) {
      const own = conversations.questions.map((text): WrittenQuestion => ({ text }));
      const room = Math.max(CHECKED_QUESTIONS, conversations.count) - own.length;
      const input = writerInput(context, finished);
      const written =
        room <= 0 || input.pages.length === 0
          ? []
          : await context.writer.questions(input, room, control.signal);
      const questions = [...own, ...written];
      if (questions.length === 0) {
        throw new GreenroomError(
          'not-found',
          'The website answers no question that could be asked.',
          'Write questions into the demo spec (conversations.questions).',
        );
      }
      control.report(`${questions.length} ${questions.length === 1 ? 'question' : 'questions'}`);
      return questions;
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'There are no sample conversations, and nobody asked the bot anything yet.',
      remedy: error.data.next,
    }),
  };
}

/** How many questions the closing check asks. */
export const CHECKED_QUESTIONS = 3;
