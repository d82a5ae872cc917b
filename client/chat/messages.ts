import type { ChatReply } from '../../shared/protocol.ts';

/** One turn of a conversation as the chat panel shows it. */
export interface ChatTurn {
  from: 'user' | 'bot' | 'problem';
  text: string;
  citations?: ChatReply['citations'];
  action?: NonNullable<ChatReply['action']>;
  ms?: number;
}

/** All a panel shows, and all that is needed to bring it back after a reload of the window. */
export interface ChatState {
  runId: string;
  company: string;
  conversationId?: string;
  botName: string;
  suggestions: string[];
  turns: ChatTurn[];
  /** A reply is on its way. */
  busy: boolean;
}

/** What the panel's page tells us. */
export type PageMessage = { type: 'ready' } | { type: 'send'; text: string } | { type: 'open'; url: string };

export function parsePageMessage(message: unknown): PageMessage | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type === 'send' && 'text' in message && typeof message.text === 'string') {
    return { type: 'send', text: message.text };
  }
  if (message.type === 'open' && 'url' in message && typeof message.url === 'string') {
    return { type: 'open', url: message.url };
  }
  return undefined;
}

/** The state a page kept, when it is one; an unfinished reply is over after a reload. */
export function parseChatState(kept: unknown): ChatState | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const state = kept as Partial<ChatState>;
  if (typeof state.runId !== 'string' || typeof state.company !== 'string' || !Array.isArray(state.turns)) {
    return undefined;
  }
  return {
    runId: state.runId,
    company: state.company,
    botName: state.botName ?? state.company,
    suggestions: state.suggestions ?? [],
    turns: state.turns,
    busy: false,
    ...(state.conversationId === undefined ? {} : { conversationId: state.conversationId }),
  };
}
