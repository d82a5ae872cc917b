import type { SplitPage } from './sections.ts';
import { COOKIE, contentWords, overlap, plainText, sentences, words } from './text.ts';

const ABOUT = /(about|company|story|who-we-are|ueber|uber-uns|a-propos|nosotros|chi-siamo)/i;
const CALL =
  /^(sign up|subscribe|click|read|learn|discover|get|start|try|contact|call|book|shop|buy|join|see|find|welcome|browse|choose|need|want|ready|looking)\b/i;
/** Marks of the sentence that says what a company is. */
const IDENTITY =
  /\b(is an?|are an?|is the|we (are|make|build|help|offer|provide|sell|roast|serve|design|run)|started|founded|since \d{4}|based in|family[- ]owned|ist ein|sind|est une?|es una?|è una?)\b/i;

/** Two to four sentences on the company in the website's own words. */
export function writeDescription(pages: readonly SplitPage[], company: string): string {
  const home = pages.find((page) => page.isHome) ?? pages[0];
  if (home === undefined) return `${company} has a website, but nothing on it could be read.`;
  const about = pages.find((page) => page !== home && ABOUT.test(page.path));
  const language = home.language || 'en';
  const candidates = [
    ...metaSentences(home.description, language),
    ...sentences(home.intro.text, language),
    ...metaSentences(about?.description ?? '', language),
    ...sentences(about?.intro.text ?? '', language),
    ...(about?.sections ?? []).slice(0, 2).flatMap((section) => sentences(plainText(section.body), language)),
    ...home.sections
      .filter((section) => !/[?？]$/.test(section.heading))
      .slice(0, 4)
      .flatMap((section) => sentences(section.text, language)),
  ].filter((sentence) => isGood(sentence));
  const distinct: string[] = [];
  for (const sentence of candidates) {
    const repeats = distinct.some((other) => overlap(contentWords(sentence), contentWords(other)) > 0.45);
    if (!repeats) distinct.push(sentence);
  }
  const scored = distinct.map((sentence, index) => ({
    sentence,
    index,
    score: score(sentence, company) - index,
  }));
  const lead = [...scored].sort((a, b) => b.score - a.score)[0];
  if (lead === undefined) return coverage(pages, company, language);
  const rest = scored
    .filter((entry) => entry !== lead)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .sort((a, b) => a.index - b.index);
  let text = lead.sentence.toLowerCase().includes(company.toLowerCase())
    ? lead.sentence
    : `${company}: ${lead.sentence}`;
  let count = 1;
  for (const { sentence } of rest) {
    if (count >= 2 && text.length + sentence.length > 600) continue;
    text += ` ${sentence}`;
    count++;
  }
  return count >= 2 ? text : `${text} ${coverage(pages, company, language)}`.trim();
}

/** Descriptions often lack their last full stop; one that breaks off is cut back to its whole sentences. */
function metaSentences(description: string, language: string): string[] {
  const text = description.trim();
  if (text === '') return [];
  if (/(\.\.\.|…)$/.test(text) || /[.!?]["'”]?$/.test(text)) return sentences(text, language);
  return sentences(`${text}.`, language);
}

function isGood(sentence: string): boolean {
  const count = words(sentence).length;
  return (
    count >= 5 &&
    sentence.length <= 320 &&
    !COOKIE.test(sentence) &&
    !CALL.test(sentence) &&
    !/[?？]$/.test(sentence) &&
    /^[\p{Lu}\p{N}\p{Lo}¡¿"“«]/u.test(sentence)
  );
}

function score(sentence: string, company: string): number {
  const name = sentence.toLowerCase().includes(company.toLowerCase()) ? 6 : 0;
  const identity = IDENTITY.test(sentence) ? 5 : 0;
  const figures = /\d/.test(sentence) ? 1 : 0;
  return name + identity + figures;
}

function coverage(pages: readonly SplitPage[], company: string, language: string): string {
  const titles = pages.filter((page) => !page.isHome).map((page) => page.title);
  const named = [...new Set(titles)].slice(0, 4);
  if (named.length === 0 || !/^en/i.test(language)) return '';
  const list = new Intl.ListFormat('en').format(named);
  return `The website of ${company} covers ${list}.`;
}
