import { stemmer } from 'stemmer';
import type { Shape } from './shapes.ts';

/** Words that say nothing about what a question is about. */
const STOP_WORDS = new Set(
  `a about after again all also am an and any anyone anything are aren as ask at be because been before being but by can
  cannot could couldn did didn do does doesn doing don else every for from get gets getting give given go goes going got
  had has hasn have haven having hello help here hers hey hi him his how i if in info information into is isn it its
  just know let like ll make many may me might more most much must my need needs no not of off ok on one only or other
  our ours out over own please possible re s same say see shall she should show so some someone something such sure t take takes tell
  than thank thanks that the their them then there these they thing things this those through to too up us use ve very
  via want wants was way we well were what whats when where which while who whom whose why will with won would yes you
  your yours until till while since sorry excuse actually maybe oh hmm`.split(/\s+/),
);

/** A way of asking: what customers say, and the words companies use for it. */
interface Phrase {
  /** Its groups capture the words that the phrase stands for. */
  pattern: RegExp;
  words: string;
  /** Further words of the question that the phrase stands for. */
  asks?: string;
  /** The word that its group captures is what is asked for; `words` only come near it. */
  names?: true;
  /** What the answer has to look like. */
  shape?: Shape;
  /** It hints at what the answer looks like, but an answer without these words is one, too. */
  hint?: true;
}

const PHRASES: readonly Phrase[] = [
  { pattern: /\b(send|sent|give|bring|ship|mail|post)(?:ing)?\b.{0,30}\b(back)\b/, words: 'return refund' },
  {
    pattern: /\b(money)[- ](back)\b|\b(back) my (money)\b|\b(money) (?:be )?(?:returned)\b/,
    words: 'refund return',
  },
  {
    pattern: /\b(changed?) my (mind)\b|\b(does ?n.?t|not) (fit)\b|\b(don.?t|not) (like)\b|\b(wrong) (size)\b/,
    words: 'return exchange',
  },
  {
    pattern:
      /\bhow (?:much|expensive)\b|\bwhat (?:do|does|would) .{1,40} cost\b|\b(?:prices?|pricing|costs?|fees?)\b/,
    words: 'price cost fee charge pricing',
    shape: 'price',
    hint: true,
  },
  {
    pattern: /\bhow (long|fast|quick(?:ly)?|soon)\b/,
    words: 'day hour week time',
    shape: 'duration',
    hint: true,
  },
  {
    pattern:
      /\b(?:talk|speak|chat)(?:ing)? (?:to|with)\b|\b(?:human|representative|real person|live agent|live chat)\b|\bhow (?:do|can) (?:i|we) (?:reach|contact|call|talk|speak|write|e-?mail)\b|\bget in touch\b|\b(?:contact|reach|call) (?:you|us|support|somebody|someone)\b|\b(?:your|the|what) (?:phone|telephone|contact|e-?mail)\b|\b(?:phone|telephone) number\b|\bcontact (?:details?|information)\b/,
    words: 'contact phone call email support reach',
    asks: 'talk speak chat human representative real person agent operator live touch telephone number details write address',
    shape: 'contact',
  },
  { pattern: /\bwhere(?: is|'?re| are|s)? my\b/, words: 'track order delivery status', hint: true },
  {
    pattern:
      /\bwhere (?:is|are|re|can i find|do i find) (?:you|your|the|its)\b|\bhow do i get (?:to|there)\b|\b(?:your|the|what) (?:postal |street )?address(?:es)?\b|\b(?:located|locations?|directions)\b/,
    words: 'location address directions',
    asks: 'located store shop',
    shape: 'address',
    hint: true,
  },
  {
    pattern:
      /\b(?:opening|business|store|shop) (?:hours|times)\b|\bhours\b$|\b(?:when|what time|how late|until when)\b.{0,40}\b(?:opens?|closes?|shut|closed)\b|\b(?:are|is) (?:you|it|the .{1,30}) (?:open|closed)\b/,
    words: 'opening hours open close',
    asks: 'business time times late until shut monday tuesday wednesday thursday friday saturday sunday weekend weekends',
    shape: 'hours',
  },
  {
    pattern:
      /\b(?:returns?|refunds?|exchange|cancellation|cancel|warranty) (?:policy|policies|rules|period)\b/,
    words: 'day week',
    shape: 'duration',
    hint: true,
  },
  {
    pattern: /\b(?:discounts?|coupons?|vouchers?|deals)\b/,
    words: 'discount coupon voucher promo offer deal sale',
    shape: 'discount',
  },
  {
    pattern: /\bwhen (?:was|were|did)\b.{1,60}\b(?:founded|established|start(?:ed)?|beg[au]n|opened)\b/,
    words: 'founded established',
    asks: 'founded established started began begun opened',
    shape: 'founding',
  },
  {
    pattern:
      /\b(?:ship|deliver|send|mail|shipping|delivery|available)\b.{0,20}\b(?:to|in) (?!me\b|you\b|us\b|the\b|my\b|a\b)([a-z]+)/,
    words: 'country international abroad worldwide',
    names: true,
  },
  {
    pattern: /\b(sign|log|logging|signing)[- ]?in\b|\b(forgot(?:ten)?) (?:my )?(?:pass)/,
    words: 'login account password',
  },
  { pattern: /\b(sign|signing)[- ]?up\b|\b(join)(?:ing)?\b/, words: 'register account membership' },
  {
    pattern: /\bwho are you\b|\bwhat (?:do|does) .{1,40} do\b|\bwhat is .{1,40} about\b/,
    words: 'about company story',
    hint: true,
  },
  {
    pattern: /\b(broken|defect(?:ive)?|damaged|faulty|broke)\b|\b(stopped) (working)\b/,
    words: 'warranty repair damage defect broken',
  },
  {
    pattern: /\b(working|work) (?:for|at) (?:you|your)\b|\b(vacanc(?:y|ies))\b/,
    words: 'career job vacancy hiring',
  },
];

/** Words that say what kind of answer is wanted; a good answer need not repeat them. */
const WEAK = new Set(
  stemsOf(
    'policy policies rule rules term terms detail details question questions period process procedure option options available availability possible kind type types way plan package product item company people human someone person usually normally general currently today offer provide happen number method methods accept bought purchased looking wondering mean explain',
  ),
);

function stemsOf(words: string): string[] {
  return words.split(' ').map((word) => stemmer(word));
}

/** Words of a group stand for each other. */
const GROUPS: readonly string[] = [
  'return refund exchange reimburse',
  'shipping ship delivery deliver dispatch postage courier arrive',
  'price cost fee charge rate pricing expensive cheap',
  'pay payment card invoice billing bill paypal',
  'contact reach phone call telephone email',
  'open opening hours close closing',
  'location address store shop branch office premises',
  'guarantee warranty',
  'cancel cancellation terminate unsubscribe',
  'book booking reserve reservation appointment schedule',
  'account profile login',
  'password passcode credentials',
  'job career vacancy hiring recruit',
  'discount coupon voucher promo promotion offer deal sale',
  'limit limited maximum allow quota',
  'repair fix mend maintenance service',
  'buy purchase order',
  'plan subscription membership tier package',
  'privacy data gdpr',
  'child children kid kids baby',
  'vegan vegetarian plant',
  'ingredient allergen allergy allergic contain',
  'size sizing fit measurement',
  'abroad international overseas worldwide country',
  'track tracking trace status',
  'found founded founder established',
  'ceo founder owner',
  'car vehicle parking',
  'trial demo test',
];

/** Lower case without accents and possessive endings. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase()
    .replace(/'s\b/g, '');
}

/** Words in order, folded: letters and digits; codes such as `a-1042` and `24/7` fall into their parts. */
export function tokens(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The stem of a folded word, or undefined for a stop word. */
export function stemOf(word: string): string | undefined {
  if (STOP_WORDS.has(word) || (word.length === 1 && !/\d/.test(word))) return undefined;
  return stemmer(word);
}

/** Stems of the words that matter, in order, repetitions kept. */
export function stems(text: string): string[] {
  return tokens(text).flatMap((word) => stemOf(word) ?? []);
}

const GROUPS_BY_STEM: ReadonlyMap<string, readonly string[]> = (() => {
  const map = new Map<string, string[]>();
  for (const group of GROUPS) {
    const members = group.split(' ').map((word) => stemmer(word));
    for (const member of members) map.set(member, [...(map.get(member) ?? []), ...members]);
  }
  return map;
})();

/** One thing that a question is about. */
export interface Concept {
  /** The question's own word, or undefined for a phrase that has none. */
  own?: string;
  /** Stems that mean about the same. */
  alternatives: readonly string[];
  /** Text of this look is what is asked for, whatever its words. */
  shape?: Shape;
  /** It counts only where it is found. */
  hint: boolean;
}

/** What a question asks for. */
export interface Query {
  concepts: readonly Concept[];
  /** What the answer has to look like, if the question tells. */
  shape?: Shape;
  /** Stems of its own words, each once. */
  own: readonly string[];
  /** Stems that mean about the same as one of them or as a phrase of the question. */
  related: readonly string[];
}

/** Reads a question; `ignore` holds stems that every text of the bot is about, such as the company's name. */
export function readQuery(text: string, ignore: ReadonlySet<string> = new Set()): Query {
  const folded = fold(text);
  const concepts: Concept[] = [];
  const taken = new Set<string>();
  for (const { pattern, words, asks = '', names, shape, hint = false } of PHRASES) {
    const match = pattern.exec(folded);
    if (match === null) continue;
    const captured = match.slice(1).flatMap((part) => stems(part ?? ''));
    const [named] = captured;
    if (names && (named === undefined || ignore.has(named))) continue;
    for (const stem of captured) taken.add(stem);
    const covered = shape === undefined ? asks : `${words} ${asks}`;
    for (const stem of stemsOf(covered)) taken.add(stem);
    concepts.push({
      ...(names && named !== undefined ? { own: named } : {}),
      alternatives: stemsOf(words),
      hint,
      ...(shape === undefined ? {} : { shape }),
    });
  }
  const all = [...new Set(stems(text))];
  const specific = all.filter((stem) => !ignore.has(stem));
  const own = specific.length > 0 || concepts.length > 0 ? specific : all;
  for (const stem of own) {
    if (taken.has(stem)) continue;
    const alternatives = (GROUPS_BY_STEM.get(stem) ?? []).filter((other) => other !== stem);
    concepts.push({ own: stem, alternatives, hint: WEAK.has(stem) });
  }
  // Nothing but hints: then they are what is asked.
  const only = concepts.every(({ hint }) => hint);
  const asked = only ? concepts.map((concept) => ({ ...concept, hint: false })) : concepts;
  const related = new Set(concepts.flatMap(({ alternatives }) => alternatives));
  for (const stem of own) related.delete(stem);
  const shape = concepts.find((concept) => concept.shape !== undefined)?.shape;
  return { concepts: asked, ...(shape === undefined ? {} : { shape }), own, related: [...related] };
}
