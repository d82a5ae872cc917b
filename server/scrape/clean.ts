import { absoluteHttpUrl } from './urls.ts';

const NOT_CONTENT = [
  'script,style,noscript,template,iframe,object,embed,svg,canvas,video,audio,map,link,meta',
  'nav,footer,aside,dialog,input,select,textarea',
  '[role=navigation],[role=contentinfo],[role=dialog],[role=alertdialog],[role=search],[role=complementary]',
  '[aria-modal=true],.sr-only,.visually-hidden,.screen-reader-text',
].join(',');

const BOILERPLATE =
  /^(cookies?|cookiebar|cookiebanner|consent|gdpr|onetrust|newsletter|breadcrumbs?|pagination|pager|share|sharing|social|sidebar|related|advert|advertisement|ads?|popup|skip|skiplink|toc|navbar|sitenav|menu|offcanvas|toast|announcement)$/;

const CONSENT_TEXT =
  /\b(accept|agree|allow|got it|reject|decline|preferences|akzeptieren|zustimmen|accepter|aceptar|accetta)\b/i;

const HIDDEN = '[hidden],[aria-hidden=true],[data-greenroom-hidden]';

/** Parts that a page hides until they are asked for, such as the answers of a FAQ. */
const DISCLOSED = /accordion|collaps|answer|faq|toggle|tab-?(panel|content|pane)|disclosure|expand/i;

const BLOCKS =
  'p,div,section,article,h1,h2,h3,h4,h5,h6,ul,ol,li,table,pre,blockquote,dl,figure,header,form,main';

/** Removes what is no content from `document`: navigation, footers, banners, hidden parts, scripts. */
export function dropBoilerplate(document: Document): void {
  revealDisclosures(document);
  const body = document.body;
  removeAll(document, NOT_CONTENT, (element) => element.closest('pre,code') !== null);
  const total = textLength(body);
  for (const element of document.querySelectorAll('[hidden],[aria-hidden],[style],[data-greenroom-hidden]')) {
    if (isHidden(element) && !isDisclosed(element, document)) element.remove();
  }
  for (const element of document.querySelectorAll('[class],[id]')) {
    if (isBoilerplate(element, total)) element.remove();
  }
  for (const element of document.querySelectorAll('div,section,p')) {
    if (isConsent(element)) element.remove();
  }
  for (const header of document.querySelectorAll('header,[role=banner]')) {
    if (header.closest('main,article') === null && header.querySelector('h1') === null) header.remove();
  }
  for (const form of document.querySelectorAll('form')) {
    if (form.querySelector('h1') === null && textLength(form) < 400) form.remove();
  }
  removeAll(document, 'button,[role=button]:not(a),label');
}

/** Rewrites what Markdown can't say: relative addresses, links around blocks, layout tables, lazy images. */
export function straighten(root: Element, baseUrl: string): void {
  for (const anchor of [...root.querySelectorAll('a')]) {
    const href = anchor.getAttribute('href');
    const url = href === null ? undefined : linkTarget(href, baseUrl);
    if (url === undefined || isPermalink(anchor, href ?? '')) {
      if (textOf(anchor) === '' || /^[#¶§]$/.test(textOf(anchor))) anchor.remove();
      else unwrap(anchor);
      continue;
    }
    anchor.setAttribute('href', url);
    anchor.removeAttribute('title');
    if (anchor.querySelector(BLOCKS) !== null) moveLinkInside(anchor);
  }
  for (const image of [...root.querySelectorAll('img')]) {
    const source = image.getAttribute('data-src') ?? image.getAttribute('src') ?? '';
    const url = absoluteHttpUrl(source, baseUrl);
    const alt = (image.getAttribute('alt') ?? '').replace(/\s+/g, ' ').trim();
    if (url === undefined || source === '' || alt === '') image.remove();
    else {
      image.setAttribute('src', url.href);
      image.setAttribute('alt', alt);
      image.removeAttribute('title');
    }
  }
  // Cards are often a list; a heading inside a bullet would be lost on every reader of Markdown.
  for (const item of [...root.querySelectorAll('li')]) {
    if (item.querySelector('h1,h2,h3,h4,h5,h6') === null) continue;
    const list = item.parentElement;
    rename(item, 'div');
    if (
      list !== null &&
      /^[ou]l$/i.test(list.tagName) &&
      ![...list.children].some((child) => child.matches('li'))
    ) {
      rename(list, 'div');
    }
  }
  for (const table of [...root.querySelectorAll('table')]) {
    const layout = table.getAttribute('role') === 'presentation' || table.querySelector('table') !== null;
    if (layout) {
      for (const part of [...table.querySelectorAll('td,th')]) rename(part, 'div');
      for (const part of [...table.querySelectorAll('tr,tbody,thead,tfoot')]) unwrap(part);
      rename(table, 'div');
    }
  }
}

/** Text of an element on one line. */
export function textOf(element: Element): string {
  return (element.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function textLength(element: Element): number {
  return textOf(element).length;
}

function linkTarget(href: string, baseUrl: string): string | undefined {
  if (/^\s*(mailto|tel):/i.test(href)) return href.trim();
  return absoluteHttpUrl(href, baseUrl)?.href;
}

/** The small "#" that documentation puts beside a heading. */
function isPermalink(anchor: Element, href: string): boolean {
  return href.startsWith('#') && anchor.closest('h1,h2,h3,h4,h5,h6') !== null;
}

/** FAQ questions are often buttons, summaries or terms: they become headings, so that structure survives. */
function revealDisclosures(document: Document): void {
  for (const button of document.querySelectorAll(
    'summary,button[aria-expanded],[role=button][aria-expanded]',
  )) {
    if (button.closest('nav,header,[role=navigation]') !== null) continue;
    const words = textOf(button);
    if (button.closest('h1,h2,h3,h4,h5,h6') !== null) unwrap(button);
    else if (button.querySelector('h1,h2,h3,h4,h5,h6') !== null) unwrap(button);
    else if (words.length > 8 && words.includes(' ')) rename(button, 'h3');
  }
  for (const term of document.querySelectorAll('dt')) {
    if (/[?？]\s*$/.test(textOf(term))) rename(term, 'h3');
  }
}

function isHidden(element: Element): boolean {
  return (
    element.matches(HIDDEN) ||
    /(display:\s*none|visibility:\s*hidden)/i.test(element.getAttribute('style') ?? '')
  );
}

function isDisclosed(element: Element, document: Document): boolean {
  if (element.closest('details') !== null || /^(tabpanel|region)$/.test(element.getAttribute('role') ?? '')) {
    return true;
  }
  const id = element.id;
  if (id !== '' && /^[\w-]+$/.test(id) && document.querySelector(`[aria-controls="${id}"]`) !== null)
    return true;
  for (let current: Element | null = element, depth = 0; current !== null && depth < 3; depth++) {
    if (DISCLOSED.test(`${current.getAttribute('class') ?? ''} ${current.id}`)) return true;
    current = current.parentElement;
  }
  return false;
}

function isBoilerplate(element: Element, total: number): boolean {
  if (/^(html|body|main|article|h\d)$/i.test(element.tagName)) return false;
  const names = `${element.getAttribute('class') ?? ''} ${element.id}`
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  if (!names.some((name) => BOILERPLATE.test(name))) return false;
  return element.querySelector('h1,main') === null && textLength(element) < total * 0.4;
}

function isConsent(element: Element): boolean {
  if (element.querySelector('h1,main,article') !== null) return false;
  const words = textOf(element);
  return (
    words.length < 800 &&
    /\bcookies?\b/i.test(words) &&
    CONSENT_TEXT.test(words) &&
    element.querySelector('button,a,input,[role=button]') !== null
  );
}

/** A card: the link goes around the card's heading instead of around the whole card. */
function moveLinkInside(anchor: Element): void {
  const label = anchor.querySelector('h1,h2,h3,h4,h5,h6') ?? anchor.querySelector('p');
  if (label !== null && label.querySelector('a') === null) {
    const link = anchor.ownerDocument.createElement('a');
    link.setAttribute('href', anchor.getAttribute('href') ?? '');
    link.append(...label.childNodes);
    label.append(link);
  }
  unwrap(anchor);
}

function removeAll(document: Document, selector: string, keep?: (element: Element) => boolean): void {
  for (const element of document.querySelectorAll(selector)) {
    if (keep?.(element) !== true) element.remove();
  }
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

function rename(element: Element, tag: string): void {
  const replacement = element.ownerDocument.createElement(tag);
  const controls = element.getAttribute('aria-controls');
  if (controls !== null) replacement.setAttribute('aria-controls', controls);
  replacement.append(...element.childNodes);
  element.replaceWith(replacement);
}
