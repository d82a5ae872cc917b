import type { WrittenQuestion } from '../writer.ts';
import { guessLanguage, questionAboutTopic, questionFromHeading } from './phrasing.ts';
import { DESTINATIONS, KNOWN_QUESTIONS } from './questionCatalogue.ts';
import type { Section, SplitPage } from './sections.ts';
import { contentWords, INVITATION, overlap } from './text.ts';

const SKIPPED_PAGE =
  /(privacy|terms|legal|cookie|imprint|impressum|datenschutz|careers?|jobs|press|blog|news)/i;

interface Draft {
  text: string;
  url: string;
  /** Lower is asked first. */
  order: number;
}

/** Questions customers would ask, each answered by a section of the page it names; no two ask for the same thing. */
export function writeQuestions(pages: readonly SplitPage[], limit: number): WrittenQuestion[] {
  const drafts = pages.flatMap((page) => (SKIPPED_PAGE.test(page.path) ? [] : draftsOf(page)));
  // The best of each page first, so that the questions cover the website.
  const nth = new Map<string, number>();
  const spread = [...drafts]
    .sort((a, b) => a.order - b.order)
    .map((draft) => {
      const place = nth.get(draft.url) ?? 0;
      nth.set(draft.url, place + 1);
      return { draft, place };
    })
    .sort(
      (a, b) =>
        Number(a.draft.order >= LAST_RESORT) - Number(b.draft.order >= LAST_RESORT) || a.place - b.place,
    );
  const kept: { question: WrittenQuestion; meaning: Set<string> }[] = [];
  for (const { draft } of spread) {
    if (kept.length === limit) break;
    const meaning = contentWords(draft.text);
    const repeats = kept.some(
      (other) => other.question.text === draft.text || overlap(meaning, other.meaning) >= 0.6,
    );
    if (!repeats) kept.push({ question: { text: draft.text, expectedUrl: draft.url }, meaning });
  }
  return kept.map((entry) => entry.question);
}

const LAST_RESORT = 100;

function draftsOf(page: SplitPage): Draft[] {
  const drafts: Draft[] = [];
  const text = [page.intro, ...page.sections].map((section) => section.text).join('\n');
  const language = page.language || guessLanguage(text);
  const english = /^en\b/i.test(language);
  const add = (question: string | undefined, order: number): void => {
    if (question !== undefined) drafts.push({ text: question, url: page.url, order });
  };
  for (const section of [page.intro, ...page.sections]) {
    if (section.text.length < 15 && section !== page.intro) continue;
    const { heading } = section;
    if (/[?？]$/.test(heading)) {
      if (heading.length <= 140 && heading.includes(' ') && !INVITATION.test(heading)) add(heading, 20);
      continue;
    }
    const known = english
      ? knownQuestions(section === page.intro ? { ...section, text } : section, page)
      : [];
    for (const question of known) add(question, 10);
    if (section === page.intro || page.isHome) continue;
    if (known.length > 0) continue;
    const byGrammar = english ? questionFromHeading(heading) : undefined;
    if (byGrammar !== undefined) add(byGrammar, 30);
    else if (section.text.length >= 80 && section.level <= 3)
      add(questionAboutTopic(heading, language), LAST_RESORT);
  }
  if (english) {
    const priced = page.sections.find((section) => section.level >= 3 && isPriced(section));
    if (priced !== undefined) add(`How much is ${priced.heading}?`, 40);
  }
  return drafts;
}

function knownQuestions(section: Section, page: SplitPage): string[] {
  const ofHeading = KNOWN_QUESTIONS.filter(
    ({ topic, fact }) => topic.test(section.heading) && fact.test(section.text),
  );
  // A page's title speaks for its sections only when their own headings say nothing.
  const found =
    ofHeading.length > 0 || section.heading === page.title
      ? ofHeading
      : KNOWN_QUESTIONS.filter(
          ({ topic, fact }) =>
            topic.test(`${section.parent ?? ''}`) && section.parent !== undefined && fact.test(section.text),
        );
  const questions = found.slice(0, 3).map(({ text }) => text);
  if (/where we (ship|deliver)|international|destinations/i.test(section.heading)) {
    const country = DESTINATIONS.exec(section.text)?.[1];
    if (country !== undefined) questions.push(`Do you ship to ${country}?`);
  }
  return questions;
}

/** A product: a name of capitalised words with a price below it. */
function isPriced(section: Section): boolean {
  return (
    /^(the )?(\p{Lu}[\p{L}'’-]*)( (\p{Lu}[\p{L}'’-]*|of|and|the|\d+)){1,4}$/u.test(section.heading) &&
    /^[^\n]{0,60}[$€£]\s?\d/.test(section.text)
  );
}
