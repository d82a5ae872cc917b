import { createInterface } from 'node:readline/promises';
import type { ChatReply } from '../../shared/protocol.ts';
import { toErrorData } from '../../shared/errors.ts';
import { parseCommand } from './args.ts';
import type { Client } from './connection.ts';
import { renderReply } from './conversation.ts';
import type { CommandIo } from './io.ts';
import { resolveRun } from './resolveRun.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommand('chat', argv, { json: { type: 'boolean' } }, [
    'RUN',
    'question?',
  ]);
  const [name = '', question] = positionals;
  return withServer(io, async (client) => {
    const runId = await resolveRun(client, name, io);
    const chat = await client.request('chat/open', { runId }, io.signal);
    const ask = (text: string): Promise<ChatReply> =>
      client.request('chat/send', { conversationId: chat.conversationId, text }, io.signal);
    if (question !== undefined) {
      const reply = await ask(question);
      io.out(values.json === true ? JSON.stringify(reply, undefined, 2) : renderReply(reply, io.paint));
      return 0;
    }
    io.out(`${io.paint.bold(chat.botName)}: ${chat.greeting}`);
    if (chat.suggestions.length > 0) {
      io.err(io.paint.dim(`Try: ${chat.suggestions.join(' | ')}`));
    }
    await converse(client, ask, io);
    return 0;
  });
}

/** Until the end of input, an empty line on a terminal, or Ctrl-C, which is how people leave a conversation. */
async function converse(
  client: Client,
  ask: (text: string) => Promise<ChatReply>,
  io: CommandIo,
): Promise<void> {
  const terminal = io.stdin.isTTY === true;
  const lines = createInterface({
    input: io.stdin,
    ...(terminal ? { output: io.stdout, prompt: '> ' } : {}),
  });
  const close = (): void => lines.close();
  io.signal.addEventListener('abort', close, { once: true });
  void client.closed.then(close);
  lines.on('SIGINT', close);
  try {
    lines.prompt();
    for await (const line of lines) {
      const text = line.trim();
      if (text === '' && terminal) break;
      if (text !== '') {
        try {
          io.out(renderReply(await ask(text), io.paint));
        } catch (error) {
          const { code, message, next } = toErrorData(error);
          if (code === 'cancelled' || code === 'network') throw error;
          io.err(`${message} ${next}`);
        }
      }
      lines.prompt();
    }
  } finally {
    io.signal.removeEventListener('abort', close);
    lines.close();
  }
}
