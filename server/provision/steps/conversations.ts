import type { GreenroomError } from '../../../shared/errors.ts';
import { isGreenroomError } from '../../../shared/errors.ts';
import type { BotApi } from '../../platforms/platform.ts';
import type { WrittenQuestion } from '../../writers/writer.ts';
import type { RunContext, Outputs } from '../context.ts';
import { needed, RETRY_SAFE, type Step, type StepControl } from '../engine/step.ts';
import { apiKeyOf, keySteps } from './apiKey.ts';
import { CHECKED_QUESTIONS } from './write.ts';

const BATCH = 10;
const CHANNEL = 'Greenroom samples';

export function sampleConversations(context: RunContext): Step<Outputs, 'sample-conversations'> {
  return {
    id: 'sample-conversations',
    title: 'Hold sample conversations',
    outcome: 'Sample conversations',
    kind: 'api',
    critical: false,
    needs: ['clone-bot', 'write-questions', ...keySteps(context)],
    after: ['wait-for-indexing', 'import-actions'],
    estimateMs: 2_000,
    timeoutMs: 180_000,
    retry: RETRY_SAFE,
    idempotencyKey: () => `conversations:${context.runId}`,
    async run(finished, control) {
      const api = context.platform.api(needed(finished, 'clone-bot'), apiKeyOf(context, finished));
      const questions = needed(finished, 'write-questions').slice(0, context.spec.conversations.count);
      const channel = await api.ensureChannel(CHANNEL, control.signal);
      const failed: GreenroomError[] = [];
      let count = 0;
      for (let start = 0; start < questions.length; start += BATCH) {
        const batch = questions.slice(start, start + BATCH);
        const results = await Promise.allSettled(
          batch.map((question, index) =>
            converse(api, channel, `${context.runId}:${start + index}`, question, control),
          ),
        );
        control.signal.throwIfAborted();
        for (const result of results) {
          if (result.status === 'fulfilled') count += 1;
          else if (isGreenroomError(result.reason)) failed.push(result.reason);
          else throw result.reason;
        }
        control.report(`${count} of ${questions.length}`);
      }
      const [first] = failed;
      if (first === undefined) return { count };
      // A retry finds the conversations that exist by their keys and makes only the others.
      if (count === 0 || (first.data.retryable && control.attempt < RETRY_SAFE.attempts)) throw first;
      control.owe({
        cause: `${failed.length} of ${questions.length} conversations failed: ${first.message}`,
        consequence: 'The dashboard shows fewer sample conversations.',
        remedy: 'Nothing needs doing for the demo; ask the bot some questions by hand to add more.',
      });
      return { count };
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'The dashboard shows no sample conversations.',
      remedy: 'Ask the bot some questions by hand: each becomes a conversation.',
    }),
  };
}

async function converse(
  api: BotApi,
  channel: string,
  key: string,
  question: WrittenQuestion,
  control: StepControl,
): Promise<void> {
  const conversation = await api.createConversation(channel, key, control.signal);
  if (conversation.adopted) return;
  await control.made({ kind: 'conversation', id: conversation.id });
  await api.ask(conversation.id, question.text, control.signal);
}

export function checkBot(context: RunContext): Step<Outputs, 'check-bot'> {
  return {
    id: 'check-bot',
    title: 'Ask the bot',
    outcome: 'Check',
    kind: 'check',
    critical: false,
    needs: ['clone-bot', 'write-questions', ...keySteps(context)],
    after: ['wait-for-indexing', 'import-actions'],
    estimateMs: 1_500,
    timeoutMs: 60_000,
    retry: { attempts: 2, delayMs: 500 },
    idempotencyKey: () => `check:${context.runId}`,
    async run(finished, control) {
      const api = context.platform.api(needed(finished, 'clone-bot'), apiKeyOf(context, finished));
      const questions = needed(finished, 'write-questions').slice(0, CHECKED_QUESTIONS);
      const channel = await api.ensureChannel(CHANNEL, control.signal);
      const missed: string[] = [];
      for (const [index, question] of questions.entries()) {
        const key = `${context.runId}:check:${control.attempt}:${index}`;
        const conversation = await api.createConversation(channel, key, control.signal);
        const reply = await api.ask(conversation.id, question.text, control.signal);
        const cited = reply.citations.map(({ url }) => url);
        const right =
          question.expectedUrl === undefined ? cited.length > 0 : cited.includes(question.expectedUrl);
        if (!right) missed.push(question.text);
        control.report(`${index + 1 - missed.length} of ${questions.length} answered from the right article`);
      }
      if (missed.length > 0) {
        control.owe({
          cause: `The bot did not answer from the right article: ${missed.map((text) => `"${text}"`).join(', ')}.`,
          consequence: 'A prospect who asks this gets a weak answer.',
          remedy: 'Add an article that answers it (knowledge.articles in the demo spec) and provision again.',
        });
      }
      return { asked: questions.length, right: questions.length - missed.length };
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'Nobody has seen the bot answer yet.',
      remedy: 'Open Chat With Demo and ask it two or three questions before you show it.',
    }),
  };
}
