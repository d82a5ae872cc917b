import { callAction } from './callAction.ts';
import { extractAnswer } from './extractAnswer.ts';
import { findInputs, humanise, type InputValue } from './findInputs.ts';
import type { Finding, Knowledge } from './knowledge.ts';
import { type ActionMatch, matchAction } from './matchAction.ts';
import type { Bot, BotAction, CalledAction, OpenAction } from './model.ts';
import { fold, stems } from './words.ts';

export interface Answer {
  body: string;
  citations: { title: string; url: string }[];
  action?: CalledAction;
  /** An action that now waits for an input the bot has asked for. */
  openAction?: OpenAction;
}

/** What the bot says to `message`. Deterministic for the same knowledge, actions and clock. */
export async function answer(
  message: string,
  bot: Bot,
  knowledge: Knowledge,
  openAction: OpenAction | undefined,
  now: Date,
  signal: AbortSignal,
): Promise<Answer> {
  const small = smallTalk(message, bot, knowledge);
  const findings = knowledge.search(message);
  const match = matchAction(message, bot.actions, now);

  if (openAction !== undefined) {
    const continued = await goOn(openAction, message, bot, match, findings, now, signal);
    if (continued !== undefined) return continued;
  }
  if (small !== undefined) return small;
  if (match !== undefined) return await act(match, message, findings, signal);
  const [best] = findings;
  if (best === undefined) return { body: unknown(bot, knowledge), citations: [] };
  return { body: extractAnswer(best), citations: cite(best, findings) };
}

/** How near to the best a second source must come to be named, too. */
const ALSO_GOOD = 0.8;

function cite(best: Finding, findings: readonly Finding[]): Answer['citations'] {
  const sources = findings.filter(({ score }) => score >= best.score * ALSO_GOOD);
  const cited = new Map<string, { title: string; url: string }>();
  for (const { text } of sources) {
    const { title, url = '' } = text;
    const key = url === '' ? title : url;
    if (cited.size < 2 && !cited.has(key)) cited.set(key, { title, url });
  }
  return [...cited.values()];
}

const MAX_ASKED = 2;

/** The customer's reply to a question for an input; undefined when the message is about something else. */
async function goOn(
  open: OpenAction,
  message: string,
  bot: Bot,
  match: ActionMatch | undefined,
  findings: readonly Finding[],
  now: Date,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const action = bot.actions.find(({ id, enabled }) => id === open.actionId && enabled);
  if (action === undefined) return undefined;
  if (/^(no|never ?mind|cancel|stop|forget it|nothing)\b[\s.!]*$/i.test(message.trim())) {
    return { body: 'All right, I will leave it. What else can I do for you?', citations: [] };
  }
  const certain = findInputs(message, action.inputs, now);
  if (!(open.asked in certain)) {
    // A question with an answer of its own, or another wish, is not the input.
    const other = match !== undefined && match.action.id !== action.id;
    if (other || (findings.length > 0 && (/\?\s*$/.test(message) || stems(message).length > 3)))
      return undefined;
  }
  const found = findInputs(message, action.inputs, now, open.asked);
  const inputs = { ...open.inputs, ...found };
  const missing = missingOf(action, inputs);
  const first = missing[0];
  if (first === undefined) return await call(action, inputs, signal);
  const times = first === open.asked ? open.times + 1 : 1;
  if (times > MAX_ASKED) return undefined;
  return askFor(action, inputs, first, times > 1 ? 'I did not understand that. ' : 'Thank you. ', times);
}

async function act(
  { action, inputs, missing }: ActionMatch,
  message: string,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<Answer> {
  const first = missing[0];
  if (first === undefined) return await call(action, inputs, signal);
  const [best] = findings;
  // A question that the knowledge answers is answered at once; the action is offered on top.
  const wanted = /\?\s*$/.test(message) || (best?.shaped === true && best.query.shape === 'contact');
  if (best === undefined || !wanted) return askFor(action, inputs, first, 'I can do that for you. ');
  const lead = `I can also help with this: ${humanise(action.name)}. `;
  const asked = askFor(action, inputs, first, lead);
  return { ...asked, body: `${extractAnswer(best)}\n\n${asked.body}`, citations: cite(best, findings) };
}

async function call(
  action: BotAction,
  inputs: Readonly<Record<string, InputValue>>,
  signal: AbortSignal,
): Promise<Answer> {
  const { called, words } = await callAction(action, inputs, signal);
  return { body: words, citations: [], action: called };
}

function missingOf(action: BotAction, inputs: Readonly<Record<string, InputValue>>): string[] {
  return action.inputs.filter(({ name, required }) => required && !(name in inputs)).map(({ name }) => name);
}

/** Asks for the input `name`, after `lead`. */
function askFor(
  action: BotAction,
  inputs: Record<string, InputValue>,
  name: string,
  lead: string,
  times = 1,
): Answer {
  const input = action.inputs.find((each) => each.name === name);
  const choices = input?.enum === undefined ? '' : ` It can be ${input.enum.map(humanise).join(', ')}.`;
  const example =
    input?.example === undefined || input.enum !== undefined ? '' : ` (for example ${input.example})`;
  const body = `${lead}What is the ${inputWords(name, input?.description ?? '')}${example}?${choices}`;
  return { body, citations: [], openAction: { actionId: action.id, inputs, asked: name, times } };
}

const MAX_INPUT_WORDS = 5;

/** What to call an input: its name, or its short description where the name is a mere preposition ("near", "from"). */
function inputWords(name: string, description: string): string {
  const plain = humanise(name);
  const words = description.split(/\s+/).length;
  if (
    !/^(near|from|to|at|in|by|for|since|until)$/.test(plain) ||
    description === '' ||
    words > MAX_INPUT_WORDS
  )
    return plain;
  return description.charAt(0).toLowerCase() + description.slice(1);
}

const GREETING =
  /^(hi+|hey+|hello|hallo|hola|good (morning|afternoon|evening|day)|greetings)\b[\s,.!]*(there|you|everyone|all)?[\s.!]*$/;
const THANKS =
  /^(ok(ay)?[,.! ]*)?(many )?(thanks?|thank you|thx|cheers|great|perfect|awesome)\b[\w\s,.!]{0,40}$/;
const GOODBYE = /^(good ?bye|bye|see you|ciao|that'?s all|that is all)\b[\w\s,.!]{0,20}$/;
const ABOUT_BOT =
  /^(who|what) are you\b|\bwhat can (you|i) (do|ask|help)|^help[\s!.?]*$|\bhow can you help\b|\bare you (a |an )?(human|bot|robot|ai|real)/;

function smallTalk(message: string, bot: Bot, knowledge: Knowledge): Answer | undefined {
  const text = fold(message).trim();
  if (GREETING.test(text)) return { body: bot.greeting, citations: [] };
  if (THANKS.test(text))
    return { body: 'You are welcome. Is there anything else I can do for you?', citations: [] };
  if (GOODBYE.test(text)) return { body: `Good-bye, and thank you for visiting ${bot.name}.`, citations: [] };
  if (!ABOUT_BOT.test(text)) return undefined;
  const who = `I am the virtual assistant of ${bot.name}.`;
  return {
    body: [who, bot.description, offer(bot, knowledge)].filter((part) => part !== '').join('\n\n'),
    citations: [],
  };
}

function unknown(bot: Bot, knowledge: Knowledge): string {
  return `I do not have an answer to that. ${offer(bot, knowledge)}`.trim();
}

const OFFERED = 4;

function offer(bot: Bot, knowledge: Knowledge): string {
  const topics = knowledge.topics().slice(0, OFFERED);
  const actions = bot.actions.filter(({ enabled }) => enabled).map(({ name }) => humanise(name));
  const lines = [
    ...new Set([...topics, ...actions.slice(0, OFFERED)].map((line) => `- ${sentenceCase(line)}`)),
  ];
  return lines.length === 0
    ? 'I have not been given any knowledge yet.'
    : `I can help you with:\n${lines.join('\n')}`;
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
