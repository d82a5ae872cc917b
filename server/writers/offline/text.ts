/** Text helpers of the offline writer. */

const ABBREVIATION =
  /(^|[\s(])([ap]\.m|e\.g|i\.e|inc|ltd|co|corp|st|no|dr|mr|mrs|ms|vs|approx|ca|bzw|z\.b|u\.a|nr|tel|[A-Z])\.\s*$/i;

/** Whole sentences of a plain text; what does not end like a sentence is left out. */
export function sentences(text: string, language = 'en'): string[] {
  const found: string[] = [];
  const segmenter = new Intl.Segmenter(validLanguage(language), { granularity: 'sentence' });
  for (const line of text.split('\n')) {
    let open = '';
    for (const { segment } of segmenter.segment(line)) {
      open += segment;
      if (ABBREVIATION.test(open)) continue;
      const sentence = open.replace(/\s+/g, ' ').trim();
      open = '';
      if (/[\p{L}\p{N})"'’”»][.!?。！？]["'’”»)]?$/u.test(sentence) && !/(\.\.\.|…)$/.test(sentence))
        found.push(sentence);
    }
  }
  return found;
}

function validLanguage(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Markdown without its marks: what a reader sees. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^```.*$/gm, '')
    .replace(/^\s*\|?[\s:|-]+\|[\s:|-]*$/gm, '')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/^\s*([-*+]|\d+\.)\s+/gm, '')
    .replace(/[*_`]{1,3}(\S(?:.*?\S)?)[*_`]{1,3}/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

/** Lower-case words of letters and digits. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

const STOP_WORDS = new Set(
  'a an and are at be by can could do does for from have how i if in is it long me more much my of on or our should so tell that the their there they to us was we what when where which who why will with you your about'.split(
    ' ',
  ),
);

/** The words that carry the meaning, in a crude singular. */
export function contentWords(text: string): Set<string> {
  return new Set(
    words(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map((word) => word.replace(/(?<=\w{3})(ies)$/, 'y').replace(/(?<=\w{3}[^s])s$/, '')),
  );
}

/** How many members two sets have in common. */
export function countShared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  let shared = 0;
  for (const member of a) if (b.has(member)) shared++;
  return shared;
}

/** Shared part of two sets, 0 to 1 (Jaccard). */
export function overlap<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const shared = countShared(a, b);
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Part of the smaller set that the other one holds as well, 0 to 1. */
export function containment<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const least = Math.min(a.size, b.size);
  return least === 0 ? 0 : countShared(a, b) / least;
}

/** Runs of four words, for telling near-duplicates. */
export function shingles(text: string): Set<string> {
  const all = words(text);
  if (all.length < 4) return new Set([all.join(' ')]);
  return new Set(all.slice(3).map((_, index) => all.slice(index, index + 4).join(' ')));
}

/** Lower case ASCII letters, digits and hyphens; empty for a text without any. */
export function slug(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Words of chrome and of calls to action that no article should hold. */
export const CHROME =
  /^(read more|learn more|see more|show more|view (all|more|details)|click here|here|home|menu|close|back( to top)?|next|previous|skip to .*|shop now|buy now|add to (cart|bag)|get started( .*)?|start( your)? free trial|sign ?(in|up)( .*)?|log ?in|subscribe( .*)?|contact (us|sales)|book (now|a demo|a table|online)|order now|share( .*)?|follow us.*|all rights reserved.*|©.*|copyright .*|mehr erfahren|weiterlesen|jetzt .*|en savoir plus|leer más|loading.*)[.!]?$/i;

export const COOKIE =
  /\bcookies?\b.{0,80}\b(use|accept|consent|experience|policy|settings|analytics)\b|\b(use|accept|set)s? cookies\b/i;

/** Questions that a company asks its visitors. */
export const INVITATION =
  /^(need|ready|looking|want|wanna|still|have (a |any )?(more )?questions?|got|can['’]t find|didn['’]t find|not sure|curious|interested|hungry|thirsty|why (choose|us)|noch fragen|des questions|prêt)\b/i;
