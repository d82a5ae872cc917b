import type { ReadPage } from '../../scrape/page.ts';
import { CHROME, COOKIE, plainText, words } from './text.ts';

/** A heading of a page with what stands under it. */
export interface Section {
  heading: string;
  level: number;
  /** Markdown without subsections. */
  body: string;
  /** Text of `body`. */
  text: string;
  /** Nearest heading above of a lower level that is not the page's title. */
  parent: string | undefined;
}

/** A page cut at its headings. */
export interface SplitPage {
  url: string;
  path: string;
  title: string;
  isHome: boolean;
  language: string;
  description: string;
  /** What stands above the first heading below the title; its heading is the page's title. */
  intro: Section;
  sections: Section[];
}

/** Cuts pages at their headings and removes what repeats on many of them. */
export function splitPages(pages: readonly ReadPage[], company: string): SplitPage[] {
  const seen = new Set<string>();
  const repeated = repeatedBlocks(pages);
  const split: SplitPage[] = [];
  for (const page of pages) {
    const path = new URL(page.finalUrl).pathname + new URL(page.finalUrl).search;
    if (seen.has(path)) continue;
    seen.add(path);
    split.push(splitPage(page, path, split.length === 0 || path === '/', company, repeated));
  }
  return split;
}

function splitPage(
  page: ReadPage,
  path: string,
  isHome: boolean,
  company: string,
  repeated: Map<string, string>,
): SplitPage {
  const raw = cutAtHeadings(page.markdown);
  const first = raw[0];
  const ownTitle = first !== undefined && first.level === 1 ? first.heading : '';
  const title = cleanTitle(ownTitle, company) || cleanTitle(page.title, company) || company;
  const sections: Section[] = [];
  let intro: Section = { heading: title, level: 1, body: '', text: '', parent: undefined };
  const above: Section[] = [];
  for (const [index, { heading, level, lines }] of raw.entries()) {
    const body = cleanBody(lines, page.finalUrl, repeated);
    const text = plainText(body);
    const isIntro = index === 0 && (heading === '' || level === 1);
    if (isIntro) {
      intro = { ...intro, body, text };
      continue;
    }
    while ((above.at(-1)?.level ?? 0) >= level) above.pop();
    const section = { heading: cleanHeading(heading), level, body, text, parent: above.at(-1)?.heading };
    above.push(section);
    if (section.heading !== '' && !CHROME.test(section.heading) && !COOKIE.test(section.heading))
      sections.push(section);
  }
  const { finalUrl: url, language, description } = page;
  return { url, path, title, isHome, language, description, intro, sections };
}

interface RawSection {
  heading: string;
  level: number;
  lines: string[];
}

function cutAtHeadings(markdown: string): RawSection[] {
  const cut: RawSection[] = [{ heading: '', level: 0, lines: [] }];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    const match = fenced ? null : /^(#{1,6})\s+(.+)$/.exec(line);
    if (match === null) cut.at(-1)?.lines.push(line);
    else cut.push({ heading: match[2] ?? '', level: match[1]?.length ?? 1, lines: [] });
  }
  const [lead, title] = cut;
  // Words above the title belong to it.
  if (lead !== undefined && title?.level === 1) {
    title.lines.unshift(...lead.lines);
    cut.shift();
  } else if (lead?.lines.every((line) => line.trim() === '') === true && cut.length > 1) {
    cut.shift();
  }
  return cut;
}

/** Paragraphs that stand on three or more pages, with the page that may keep each. */
function repeatedBlocks(pages: readonly ReadPage[]): Map<string, string> {
  const where = new Map<string, Set<string>>();
  for (const page of pages) {
    for (const block of page.markdown.split(/\n{2,}/)) {
      const key = blockKey(block);
      if (key === '' || /^#{1,6}\s/.test(block)) continue;
      where.set(key, (where.get(key) ?? new Set()).add(page.finalUrl));
    }
  }
  const repeated = [...where].filter(([, urls]) => urls.size >= 3);
  return new Map(repeated.map(([key, urls]) => [key, [...urls][0] ?? '']));
}

function blockKey(block: string): string {
  return words(plainText(block)).join(' ');
}

function cleanBody(lines: readonly string[], url: string, repeated: Map<string, string>): string {
  const kept = lines
    .join('\n')
    .split(/\n{2,}/)
    .map((block) => block.replace(/!\[[^\]]*\]\([^)]*\)/g, '').trim())
    .filter((block) => {
      const text = plainText(block);
      if (text === '' || CHROME.test(text) || COOKIE.test(text))
        return /^(```|\|)/.test(block) && text !== '';
      const keeper = repeated.get(blockKey(block));
      return (keeper === undefined || keeper === url) && !isLinksOnly(block);
    });
  return kept.join('\n\n');
}

/** A row of buttons or a menu: nothing but links, none of them a sentence. */
function isLinksOnly(block: string): boolean {
  const rest = block.replace(/\[[^\]]*\]\([^)]*\)/g, '').replace(/[\s\-*|·•>/,\d.]+/g, '');
  return rest === '' && /\]\(/.test(block) && !/[.!?]\]\(/.test(block);
}

function cleanHeading(heading: string): string {
  return plainText(heading)
    .replace(/\s+/g, ' ')
    .replace(/^[\s\d.)#–—:-]+(?=\p{L})/u, (mark) => (/^\d+\s$/.test(mark) ? mark : ''))
    .replace(/[\s:–—-]+$/, '')
    .trim();
}

/** A title without the company's name before or after it. */
function cleanTitle(title: string, company: string): string {
  const parts = cleanHeading(title)
    .split(/\s+[|–—·]\s+|\s+-\s+|\s*\|\s*/)
    .filter((part) => part !== '');
  const own = parts.filter((part) => part.toLowerCase() !== company.toLowerCase());
  return own[0] ?? '';
}
