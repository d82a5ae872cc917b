import { createHash } from 'node:crypto';
import type { WrittenArticle } from '../writer.ts';
import type { Section, SplitPage } from './sections.ts';
import { contentWords, containment, countShared, INVITATION, shingles, slug } from './text.ts';

/** Shortest text that makes an article of its own. */
const MIN_TEXT = 60;
/** A shorter subsection goes into its parent's article. */
const SMALL_TEXT = 260;
const LEGAL = /(privacy|terms|legal|cookie|imprint|impressum|datenschutz|gdpr|disclaimer|\bagb\b)/i;

interface Draft {
  page: SplitPage;
  heading: string;
  parent: string | undefined;
  body: string;
  text: string;
  isQuestion: boolean;
}

/**
 * Articles from pages: one for each section that stands on its own, near-duplicates left out. When there are more than
 * `limit`, neighbouring sections are put together before anything is dropped.
 */
export function writeArticles(pages: readonly SplitPage[], company: string, limit: number): WrittenArticle[] {
  const all = pages.flatMap((page) => draftsOf(page, company));
  const plain = all.filter((draft) => !LEGAL.test(`${draft.page.path} ${draft.page.title}`));
  const distinct = withoutDuplicates(plain.length >= 5 ? plain : all);
  const fitting = distinct.length <= limit ? distinct : putTogether(distinct, limit, company);
  const ids = new Set<string>();
  return fitting.map((draft) => {
    const title = titleOf(draft, company);
    return { id: idOf(draft, ids), title, body: draft.body, url: draft.page.url };
  });
}

function draftsOf(page: SplitPage, company: string): Draft[] {
  const drafts: Draft[] = [];
  const intro = page.intro;
  const heading = titleHeading(page, company);
  if (intro.text.length >= MIN_TEXT) drafts.push({ ...draft(page, intro), heading, parent: undefined });
  let host: { draft: Draft; level: number } | undefined;
  for (const [index, section] of page.sections.entries()) {
    const isQuestion = /[?？]$/.test(section.heading);
    if (isQuestion && INVITATION.test(section.heading)) continue;
    const next = page.sections[index + 1];
    const hasChildren = next !== undefined && next.level > section.level;
    const small = section.text.length < SMALL_TEXT && !isQuestion;
    if (small && host !== undefined && section.level > host.level) {
      append(host.draft, section);
      continue;
    }
    const made = draft(page, section);
    if (section.text.length >= MIN_TEXT || (isQuestion && section.text.length >= 15)) {
      drafts.push(made);
      host = { draft: made, level: section.level };
    } else if (hasChildren) {
      // A heading over small parts, such as a list of products: they make one article together.
      drafts.push(made);
      host = { draft: made, level: section.level };
    }
  }
  return drafts.filter(({ text }) => text.length >= 15);
}

/** A home page's title is often a slogan; what it says is about the company. */
function titleHeading(page: SplitPage, company: string): string {
  return page.isHome ? company : page.title;
}

function draft(page: SplitPage, section: Section): Draft {
  const { heading, parent, body, text } = section;
  return { page, heading, parent, body, text, isQuestion: /[?？]$/.test(heading) };
}

function append(target: Draft, section: { heading: string; body: string; text: string }): void {
  if (section.text === '') return;
  target.body = `${target.body}\n\n### ${section.heading}\n\n${section.body}`.trim();
  target.text = `${target.text}\n${section.heading}\n${section.text}`.trim();
}

function withoutDuplicates(drafts: readonly Draft[]): Draft[] {
  const kept: { draft: Draft; prints: Set<string> }[] = [];
  for (const candidate of drafts) {
    const prints = shingles(`${candidate.text}`);
    const doubled = kept.some((other) => containment(prints, other.prints) > 0.75);
    if (!doubled) kept.push({ draft: candidate, prints });
  }
  return kept.map((entry) => entry.draft);
}

/** Puts the sections under one heading, then those of one page, together until `limit` is met; only then drops. */
function putTogether(drafts: readonly Draft[], limit: number, company: string): Draft[] {
  let current = [...drafts];
  for (const byParent of [true, false]) {
    const groupOf = (draft: Draft): string => `${draft.page.path}\n${byParent ? (draft.parent ?? '') : ''}`;
    const groups = [...Map.groupBy(current, groupOf).values()].filter((group) => group.length > 1);
    // Short sections that answer no question by themselves lose least.
    groups.sort((a, b) => weight(a) - weight(b));
    for (const group of groups) {
      if (current.length <= limit) return current;
      const merged = merge(group, byParent, company);
      const [first] = group;
      current = current.flatMap((draft) =>
        draft === first ? [merged] : group.includes(draft) ? [] : [draft],
      );
    }
  }
  if (current.length <= limit) return current;
  const ranked = [...current].sort((a, b) => rank(b) - rank(a)).slice(0, limit);
  return current.filter((draft) => ranked.includes(draft));
}

function weight(group: readonly Draft[]): number {
  const questions = group.filter((draft) => draft.isQuestion).length;
  return (
    group.reduce((sum, draft) => sum + draft.text.length, 0) / group.length + 400 * (questions / group.length)
  );
}

function rank(draft: Draft): number {
  return (draft.isQuestion ? 500 : 0) + Math.min(draft.text.length, 1500) - (draft.page.isHome ? 300 : 0);
}

function merge(group: readonly Draft[], byParent: boolean, company: string): Draft {
  const [first] = group;
  if (first === undefined) throw new RangeError('A group has at least one draft.');
  const parent = byParent ? first.parent : undefined;
  const heading = parent ?? titleHeading(first.page, company);
  const merged: Draft = {
    page: first.page,
    heading,
    parent: undefined,
    body: '',
    text: '',
    isQuestion: false,
  };
  for (const part of group) {
    if (part.heading === heading) {
      merged.body = `${merged.body}\n\n${part.body}`.trim();
      merged.text = `${merged.text}\n${part.text}`.trim();
    } else append(merged, part);
  }
  return merged;
}

/** A title that says what it is about without the page around it. */
function titleOf({ page, heading, isQuestion }: Draft, company: string): string {
  const own = contentWords(heading);
  const around = contentWords(page.title);
  const selfContained = isQuestion || page.isHome || heading === page.title || countShared(own, around) > 0;
  const title = selfContained || page.title === company ? heading : `${page.title}: ${heading}`;
  return title.length <= 255 ? title : `${title.slice(0, title.lastIndexOf(' ', 250))} …`;
}

/** From the page's path and the heading, so that another host or port, or another order, changes nothing. */
function idOf(draft: Draft, taken: Set<string>): string {
  const path = slug(draft.page.path) || 'home';
  const heading = slug(draft.heading);
  const print = createHash('sha256').update(`${draft.page.path}\n${draft.heading}`).digest('hex').slice(0, 8);
  const base = [path.slice(0, 60).replace(/-$/, ''), heading.slice(0, 70).replace(/-$/, ''), print]
    .filter((part) => part !== '')
    .join('.');
  let id = base;
  for (let copy = 2; taken.has(id); copy++) id = `${base}.${copy}`;
  taken.add(id);
  return id;
}
