import type { ChatOpened, ChatReply } from '../../shared/protocol.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { WebChat } from '../platforms/platform.ts';
import type { WrittenQuestion } from '../writers/writer.ts';
import { readJournal } from './journal/journal.ts';
import { choose, type Registry } from './registry.ts';
import type { Runs } from './runs.ts';
import { botHandle } from './spec.ts';

/** Conversations with the bots that runs have made. */
export interface Chats {
  /** Errors: `not-found` when the run made no bot or its bot is gone, `platform-unavailable`. */
  open(runId: string, signal: AbortSignal): Promise<ChatOpened>;
  /** Errors: `not-found` for a conversation that was not opened here. */
  send(conversationId: string, text: string, signal: AbortSignal): Promise<ChatReply>;
}

const SUGGESTIONS = 5;
/** Open conversations kept; the oldest one is forgotten first. */
const KEPT = 200;

export function createChats(options: { runs: Runs; registry: Registry }): Chats {
  const open = new Map<string, WebChat>();
  return {
    async open(runId, signal) {
      const run = await options.runs.get(runId);
      const platform = await choose(options.registry.platforms, run.platform, 'platform');
      const bot = await platform.findBot(botHandle(run.company), signal);
      if (bot === undefined) {
        throw new GreenroomError(
          'not-found',
          `${platform.title} has no bot for ${run.company}.`,
          'Provision the demo again; it is made anew.',
        );
      }
      const chat = platform.webChat(bot);
      const { conversationId, greeting } = await chat.open(signal);
      for (const oldest of open.keys()) if (open.size >= KEPT) open.delete(oldest);
      open.set(conversationId, chat);
      return {
        conversationId,
        botName: run.company,
        greeting,
        suggestions: await suggestions(run.journalPath),
      };
    },
    async send(conversationId, text, signal) {
      const chat = open.get(conversationId);
      if (chat === undefined) {
        throw new GreenroomError('not-found', 'This conversation has ended.', 'Open the chat again.');
      }
      if (text.trim() === '') {
        throw new GreenroomError('invalid-input', 'The message is empty.', 'Write a question.', {
          field: 'text',
        });
      }
      return await chat.ask(conversationId, text, signal);
    },
  };
}

/** The questions the run wrote, from its journal. */
async function suggestions(journalPath: string): Promise<string[]> {
  const { records } = await readJournal(journalPath);
  const done = records.findLast((record) => record.type === 'step.done' && record.step === 'write-questions');
  if (done?.type !== 'step.done' || !('value' in done.output) || !Array.isArray(done.output.value)) return [];
  return (done.output.value as WrittenQuestion[]).slice(0, SUGGESTIONS).map(({ text }) => text);
}
