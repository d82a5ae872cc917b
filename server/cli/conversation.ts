import type { ChatReply } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import type { Client } from './connection.ts';
import type { CommandIo } from './io.ts';
import { type Paint, paintFor } from './paint.ts';

const QUESTIONS = 2;

/** A short conversation with the bot of a run: questions it can answer, and one action. */
export async function holdConversation(client: Client, runId: string, io: CommandIo): Promise<void> {
  const paint = paintFor(io.stdout);
  const opened = await client.request('chat/open', { runId }, io.signal);
  const { conversationId, suggestions, actionSuggestions } = opened;
  io.stdout.write(
    `\n${paint.bold('A short conversation')}\n  ${paint.dim('bot')}  ${indent(opened.greeting)}\n`,
  );
  for (const text of [...suggestions.slice(0, QUESTIONS), ...actionSuggestions.slice(0, 1)]) {
    io.stdout.write(`  ${paint.dim('you')}  ${text}\n`);
    const reply = await client.request('chat/send', { conversationId, text }, io.signal);
    io.stdout.write(`${renderReply(reply, paint)}\n`);
  }
}

/** A bot's reply with what it rests on: the articles it cites, the action it called. */
export function renderReply(reply: ChatReply, paint: Paint): string {
  const lines = [
    `  ${paint.dim('bot')}  ${indent(reply.text)} ${paint.dim(`(${formatDuration(reply.ms)})`)}`,
  ];
  for (const { title, url } of reply.citations) lines.push(paint.dim(`       from "${title}" ${url}`));
  if (reply.action !== undefined) {
    const { name, request, status } = reply.action;
    lines.push(paint.dim(`       called "${name}": ${request} -> ${status}`));
  }
  return lines.join('\n');
}

const indent = (text: string): string => text.replaceAll('\n', '\n       ');
