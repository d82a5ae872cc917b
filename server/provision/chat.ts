import type { DemoAction } from '../../shared/demoSpec.ts';
import type { ChatOpened, ChatReply } from '../../shared/protocol.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { WebChat } from '../platforms/platform.ts';
import type { Outputs } from './context.ts';
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
        ...(await suggestionsOf(run.journalPath)),
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

/** What to try with the bot, from what the run's journal says of its questions and actions. */
async function suggestionsOf(
  journalPath: string,
): Promise<Pick<ChatOpened, 'suggestions' | 'actionSuggestions'>> {
  const { records } = await readJournal(journalPath);
  const outputOf = (id: keyof Outputs): unknown => {
    const ended = records.findLast(
      (record) => (record.type === 'step.done' || record.type === 'step.degraded') && record.step === id,
    );
    if (ended?.type !== 'step.done' && ended?.type !== 'step.degraded') return undefined;
    return ended.output !== undefined && 'value' in ended.output ? ended.output.value : undefined;
  };
  const questions = (outputOf('write-questions') ?? []) as Outputs['write-questions'];
  const mocks = outputOf('mock-endpoints') as Outputs['mock-endpoints'] | undefined;
  return {
    suggestions: questions.slice(0, SUGGESTIONS).map(({ text }) => text),
    actionSuggestions: (mocks?.actions ?? []).map(askFor),
  };
}

/** "Check order status, order number HL-20418": the action's name and an example of each input it must have. */
function askFor(action: DemoAction): string {
  const inputs = action.inputs.flatMap(({ name, required, example, enum: choices }) => {
    const value = example ?? choices?.[0];
    return required && value !== undefined ? [`${words(name)} ${String(value)}`] : [];
  });
  return [action.name, ...inputs].join(', ');
}

/** "orderNumber" -> "order number". */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}
