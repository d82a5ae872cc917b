import { findInputs, humanise, type InputValue } from './findInputs.ts';
import type { BotAction } from './model.ts';
import { fold, readQuery, stems } from './words.ts';

export interface ActionMatch {
  action: BotAction;
  /** Found in the message. */
  inputs: Record<string, InputValue>;
  /** Names of required inputs that the message does not hold. */
  missing: string[];
  score: number;
}

/** The customer speaks of a case of their own, or asks for something to be done. */
const PERSONAL =
  /\b(my|me|mine|our)\b|\bi (want|need|wish|would|have(?! to)|just|ordered|bought|am|got)\b|\bi'(d|m|ve|ll)\b|\bplease\b|\bcan you\b|\bcould you\b/;
/** Captures the verb of what the customer wants done. */
const WISH =
  /\b(?:i (?:want|need|wish|would like)|i'd like|can you|could you|please|help me)(?: please)?(?: to)? ([a-z]+)/;
/** The customer asks what the rule is. */
const GENERAL =
  /^(what|which|how|who|why|do|does|is|are|can i|could i|may i)\b|\b(policy|policies|conditions|in general|usually|allowed)\b/;

/** The action brings the customer to a person. */
const HANDOVER = /\b(ticket|support|agent|human|call ?back|escalate|hand ?over|contact)\b/;

const FITTING = 0.55;

/**
 * The action that a message asks for, if any: its name and description share the message's words, and the customer
 * means a case of their own (says so, gives an input, or commands).
 */
export function matchAction(
  message: string,
  actions: readonly BotAction[],
  now: Date,
): ActionMatch | undefined {
  const usable = actions.filter(({ enabled }) => enabled);
  const rarity = rarityOf(usable);
  const query = readQuery(message);
  const matches = usable.map((action): ActionMatch => {
    const inputs = findInputs(message, action.inputs, now);
    const missing = action.inputs
      .filter(({ name, required }) => required && !(name in inputs))
      .map(({ name }) => name);
    return { action, inputs, missing, score: scoreOf(message, query, action, inputs, rarity) };
  });
  const best = matches.sort((a, b) => b.score - a.score || a.missing.length - b.missing.length)[0];
  return best !== undefined && best.score >= FITTING ? best : undefined;
}

function scoreOf(
  message: string,
  query: ReturnType<typeof readQuery>,
  action: BotAction,
  inputs: Record<string, InputValue>,
  rarity: ReadonlyMap<string, number>,
): number {
  const said = new Set(query.own);
  const meant = new Set(query.related);
  const name = [...new Set(stems(humanise(action.name)))].filter((stem) => !GENERIC.has(stem));
  const description = [...new Set(stems(action.description.replace(/^returns?\b/i, '')))].filter(
    (stem) => !GENERIC.has(stem),
  );
  const worth = (stem: string): number => rarity.get(stem) ?? 1;
  const hit = (stem: string): number => (said.has(stem) ? 1 : meant.has(stem) ? 0.6 : 0);
  const total = name.reduce((sum, stem) => sum + worth(stem), 0);
  const named = total === 0 ? 0 : name.reduce((sum, stem) => sum + worth(stem) * hit(stem), 0) / total;
  const described = description.reduce((sum, stem) => sum + worth(stem) * hit(stem), 0);
  const topical = named * 0.6 + Math.min(0.3, described * 0.08);
  if (topical < 0.15) return 0;

  const text = fold(message);
  const required = action.inputs.filter((input) => input.required);
  const given = required.filter((input) => input.name in inputs).length;
  const distinctive = required.some((input) => input.name in inputs && input.enum === undefined);
  const wish = stems(
    WISH.exec(text)?.[1] ?? (/\?\s*$/.test(message) ? '' : (text.split(/\s+/, 1)[0] ?? '')),
  )[0];
  let intent = 0;
  if (distinctive) intent += given === required.length ? 0.45 : 0.35;
  if (wish !== undefined && !GENERAL.test(text) && name.includes(wish)) intent += 0.5;
  else if (PERSONAL.test(text)) intent += 0.25;
  if (query.shape === 'contact' && HANDOVER.test(fold(`${humanise(action.name)} ${action.description}`)))
    intent += 0.3;
  if (required.length === 0) intent += 0.15;
  if (GENERAL.test(text) && !distinctive)
    intent -= /\b(policy|policies|conditions)\b/.test(text) ? 0.5 : 0.15;
  return topical + intent;
}

/** Verbs of any interface; they say nothing about a subject. */
const GENERIC = new Set(
  stems(
    'get fetch look lookup find check show retrieve list create make use customer when asks ask call number id',
  ),
);

/** Stem -> how much it tells the actions apart, from 0.3 (in all of them) to 1. */
function rarityOf(actions: readonly BotAction[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const action of actions) {
    for (const stem of new Set(stems(`${humanise(action.name)} ${action.description}`))) {
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  return new Map(
    [...counts].map(([stem, count]) => [
      stem,
      actions.length < 2 ? 1 : 1 - (0.7 * (count - 1)) / (actions.length - 1),
    ]),
  );
}
