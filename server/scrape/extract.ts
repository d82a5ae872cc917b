import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { dropBoilerplate, straighten, textOf } from './clean.ts';
import { MAX_HTML_CHARS } from './limits.ts';
import { htmlToMarkdown } from './markdown.ts';
import { absoluteHttpUrl, normaliseUrl } from './urls.ts';

export interface Anchor {
  /** Absolute http(s) address without fragment. */
  url: string;
  text: string;
  /** It stands in the page's navigation, header or footer. */
  navigation: boolean;
}

/** What a page holds, without its chrome. */
export interface Extracted {
  title: string;
  description: string;
  /** BCP 47, empty when the page does not say. */
  language: string;
  /** Absolute address the page names as its own, if any. */
  canonical?: string;
  markdown: string;
  text: string;
  /** Each address once, in page order. */
  anchors: Anchor[];
  /** A password is asked for. */
  asksForLogin: boolean;
  warnings: string[];
}

/** Extracts the main content of a page. Never throws for broken HTML; `url` is the page's final address. */
export function extract(html: string, url: string): Extracted {
  const warnings: string[] = [];
  if (html.length > MAX_HTML_CHARS) {
    warnings.push(`The page is larger than ${MAX_HTML_CHARS / 1e6} MB; only its beginning was read.`);
  }
  const document = parse(html.slice(0, MAX_HTML_CHARS));
  const base =
    absoluteHttpUrl(document.querySelector('base[href]')?.getAttribute('href') ?? '', url)?.href ?? url;
  const anchors = collectAnchors(document, base);
  const canonical = canonicalOf(document, base);
  const heading = firstHeading(document);
  const facts = {
    title: titleOf(document, heading),
    description: meta(document, 'description') || meta(document, 'og:description'),
    language: (document.documentElement.getAttribute('lang') ?? '').trim(),
    ...(canonical === undefined ? {} : { canonical }),
    anchors,
    asksForLogin: document.querySelector('input[type=password]') !== null,
  };
  dropBoilerplate(document);
  const root = mainContent(document);
  straighten(root, base);
  const text = blockText(root);
  let markdown = text;
  try {
    markdown = htmlToMarkdown(root.outerHTML);
  } catch {
    // The converter recurses: a page that nests thousands of elements exhausts its stack.
    warnings.push('The page nests its elements too deeply to keep its structure; this is its plain text.');
  }
  return { ...facts, markdown: withTitle(markdown, heading), text, warnings };
}

function parse(html: string): Document {
  const whole = /<html[\s>]/i.test(html) ? html : inBody(html);
  const document = parseHTML(whole).document as unknown as Document;
  const root = document.documentElement as Element | null;
  const bodies = document.querySelectorAll('body');
  if (root?.localName === 'html' && bodies.length === 1 && bodies[0]?.parentElement === root) return document;
  // Broken around its edges: what it says is all there is to save.
  const rest = html.replace(/<\/?(html|head|body|svg|template)\b[^>]*>/gi, ' ').replaceAll('<!--', ' ');
  return parseHTML(inBody(rest)).document as unknown as Document;
}

function inBody(html: string): string {
  return `<!doctype html><html><head></head><body>${html}</body></html>`;
}

/**
 * The cleaned `<main>` or `<article>` where the page marks one. Else Readability's choice when it keeps nearly all prose,
 * headings and tables, that is, when the page is an article and what it leaves out is chrome; else the cleaned body.
 */
function mainContent(document: Document): Element {
  const root = semanticRoot(document);
  const before = measure(root);
  if (root !== document.body || before.prose < 500) return root;
  const copy = parse(`<html><head></head><body>${root.outerHTML}</body></html>`);
  const article = readability(copy);
  if (article === undefined) return root;
  const kept = parse(`<html><head></head><body>${article}</body></html>`).body;
  const after = measure(kept);
  const isArticle =
    after.prose >= before.prose * 0.85 &&
    after.headings >= before.headings - 1 &&
    after.tables >= before.tables &&
    after.items >= before.items * 0.8;
  return isArticle ? kept : root;
}

function readability(document: Document): string | undefined {
  try {
    const article = new Readability(document, { charThreshold: 200, keepClasses: false }).parse();
    return article?.content ?? undefined;
  } catch {
    return undefined;
  }
}

function semanticRoot(document: Document): Element {
  const body = document.body;
  const total = textOf(body).length;
  for (const [selector, share] of [
    ['main,[role=main]', 0.4],
    ['article', 0.6],
  ] as const) {
    const found = [...document.querySelectorAll(selector)];
    const [only] = found;
    if (found.length === 1 && only !== undefined && textOf(only).length >= total * share) return only;
  }
  return body;
}

interface Measure {
  /** Characters of text outside links. */
  prose: number;
  headings: number;
  tables: number;
  items: number;
}

function measure(root: Element): Measure {
  let linked = 0;
  for (const anchor of root.querySelectorAll('a')) linked += textOf(anchor).length;
  return {
    prose: textOf(root).length - linked,
    headings: root.querySelectorAll('h1,h2,h3,h4').length,
    tables: root.querySelectorAll('table').length,
    items: root.querySelectorAll('li').length,
  };
}

function collectAnchors(document: Document, base: string): Anchor[] {
  const found = new Map<string, Anchor>();
  for (const anchor of document.querySelectorAll('a[href],area[href]')) {
    const url = absoluteHttpUrl(anchor.getAttribute('href') ?? '', base);
    if (url === undefined) continue;
    url.hash = '';
    const navigation = anchor.closest('nav,header,footer,[role=navigation]') !== null;
    if (!found.has(url.href)) found.set(url.href, { url: url.href, text: textOf(anchor), navigation });
  }
  return [...found.values()];
}

function canonicalOf(document: Document, base: string): string | undefined {
  const href = document.querySelector('link[rel=canonical]')?.getAttribute('href') ?? '';
  const url = href === '' ? undefined : absoluteHttpUrl(href, base);
  return url === undefined ? undefined : normaliseUrl(url);
}

function meta(document: Document, name: string): string {
  const element = document.querySelector(`meta[name="${name}"],meta[property="${name}"]`);
  return (element?.getAttribute('content') ?? '').replace(/\s+/g, ' ').trim();
}

function firstHeading(document: Document): string {
  const heading = document.querySelector('main h1') ?? document.querySelector('h1');
  return heading === null ? '' : textOf(heading);
}

/** The page's title without the site's name, where the page itself shows which part is which. */
function titleOf(document: Document, heading: string): string {
  const element = document.querySelector('head title') ?? document.querySelector('title');
  const title = (element === null ? '' : textOf(element)) || meta(document, 'og:title');
  const parts = title.split(/\s+[|–—·:-]\s+|\s*\|\s*/).filter((part) => part !== '');
  const site = meta(document, 'og:site_name').toLowerCase();
  if (parts.length > 1) {
    const own = parts.find((part) => part.toLowerCase() === heading.toLowerCase());
    if (own !== undefined) return own;
    const rest = parts.filter((part) => part.toLowerCase() !== site);
    if (rest.length === 1 && rest[0] !== undefined) return rest[0];
  }
  return title || heading;
}

/** Readability makes the title a second-level heading or leaves it out; a page reads better with it. */
function withTitle(markdown: string, heading: string): string {
  if (heading === '' || /^#\s/m.test(markdown)) return markdown;
  const [, first, rest] = /^##\s+(.+)([\s\S]*)$/.exec(markdown) ?? [];
  if (first !== undefined && first.trim() === heading) return `# ${heading}${rest ?? ''}`;
  return `# ${heading}\n\n${markdown}`.trim();
}

const BLOCK =
  /^(address|article|blockquote|br|dd|div|dl|dt|fieldset|figcaption|figure|h[1-6]|header|hr|li|main|ol|p|pre|section|table|tbody|thead|tr|ul)$/i;

/** Text with a line for each block and a tab between table cells. Iterative: a page may nest thousands deep. */
function blockText(root: Element): string {
  const parts: string[] = [];
  const stack: (Node | string)[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (next.nodeType === 3) parts.push((next.nodeValue ?? '').replace(/\s+/g, ' '));
    else if (next.nodeType === 1) {
      const mark = BLOCK.test(next.nodeName) ? '\n' : /^t[dh]$/i.test(next.nodeName) ? '\t' : '';
      stack.push(mark, ...[...next.childNodes].reverse(), mark);
    }
  }
  return parts
    .join('')
    .split('\n')
    .map((line) =>
      line
        .replace(/[ \u00a0]*\t[\t \u00a0]*/g, '\t')
        .replace(/[ \u00a0]+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
    .join('\n');
}
