import type { Page, Response } from 'playwright';
import type { BrowserSession } from '../browser/backend.ts';
import { GreenroomError, isGreenroomError } from '../../shared/errors.ts';
import type { ScrapeResult } from '../../shared/protocol.ts';
import type { Anchor, Extracted } from './extract.ts';
import { MAX_HTML_CHARS } from './limits.ts';
import type { Extractor } from './extractor.ts';
import { pageProblem } from './outcome.ts';
import type { ReadPage } from './page.ts';
import { blockHeavyResources, closePage, settledHtml } from './render.ts';

/** What became of reading one page. */
export type PageOutcome =
  | { outcome: 'ok'; page: ReadPage; anchors: Anchor[]; canonical?: string; warnings: string[] }
  | {
      outcome: Exclude<ScrapeResult['outcome'], 'ok'>;
      /** One sentence for a person. */
      reason: string;
      finalUrl: string;
      /** 0 when there was no answer. */
      status: number;
      title: string;
    };

export interface ReadOptions {
  signal: AbortSignal;
  /** For the whole page. Default 30 000 ms. */
  timeoutMs?: number;
}

/** `address` as an http(s) URL. Errors: `invalid-input`. */
export function requireHttpUrl(address: string, field = 'url'): URL {
  const url = URL.parse(address.trim());
  if (url !== null && url.username + url.password !== '') {
    throw new GreenroomError(
      'invalid-input',
      `The address of ${url.host} holds a user name or a password, which would stand in logs and views.`,
      'Give it without them.',
      { field },
    );
  }
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '') return url;
  throw new GreenroomError(
    'invalid-input',
    `"${address.slice(0, 200)}" is not the address of a web page.`,
    'Give an address that starts with http:// or https://.',
    { field },
  );
}

/** A page of `session` that reads only what carries text. */
export async function openReadingPage(session: BrowserSession): Promise<Page> {
  const page = await session.newPage();
  await blockHeavyResources(page);
  return page;
}

/**
 * Reads one address in `page` (of {@link openReadingPage}) and reduces it to its content. What the website does wrong is an outcome, not an error;
 * errors are `invalid-input`, `cancelled` (the signal's own typed reason, if it has one) and those of the browser
 * session. An aborted signal closes `page`.
 */
export async function readPage(
  page: Page,
  address: string,
  extractor: Extractor,
  options: ReadOptions,
): Promise<PageOutcome> {
  const url = requireHttpUrl(address);
  const { signal, timeoutMs = 30_000 } = options;
  const deadline = performance.now() + timeoutMs;
  const close = (): void => {
    void closePage(page);
  };
  throwIfAborted(signal);
  signal.addEventListener('abort', close, { once: true });
  try {
    const started = performance.now();
    const loaded = await load(page, url.href, deadline);
    throwIfAborted(signal);
    if ('outcome' in loaded) return loaded;
    const loadMs = performance.now() - started;
    const extracted = await extractor.extract(loaded.html, loaded.finalUrl, signal);
    return judge(url.href, loaded, extracted, {
      load: loadMs,
      extract: performance.now() - started - loadMs,
    });
  } catch (error) {
    throwIfAborted(signal);
    if (isGreenroomError(error) && error.code === 'deadline')
      return failed('timeout', error.message, page.url(), 0);
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}

interface Loaded {
  html: string;
  finalUrl: string;
  status: number;
  warnings: string[];
}

async function load(page: Page, url: string, deadline: number): Promise<Loaded | PageOutcome> {
  let response: Response | null;
  try {
    response = await page.goto(url, { waitUntil: 'domcontentloaded', timeout: left(deadline) });
  } catch (error) {
    const problem = pageProblem(error, url);
    if (problem === undefined) throw error;
    return failed(problem.outcome, problem.reason, url, 0);
  }
  const status = response?.status() ?? 0;
  const type = response?.headers()['content-type'] ?? 'text/html';
  if (!/^\s*(text\/(html|plain|markdown)|application\/xhtml\+xml|$)/i.test(type)) {
    const name = type.split(';', 1)[0] ?? type;
    return failed('unsupported-type', `${url} is not a web page but ${name}.`, page.url(), status);
  }
  try {
    const { html, settled } = await settledHtml(page, { deadline, maxChars: MAX_HTML_CHARS + 1 });
    const warnings = settled ? [] : ['The page kept changing; its content may be incomplete.'];
    return { html, finalUrl: page.url(), status, warnings };
  } catch (error) {
    const problem = pageProblem(error, url);
    if (problem === undefined) throw error;
    return failed(problem.outcome, problem.reason, page.url(), status);
  }
}

function judge(url: string, loaded: Loaded, extracted: Extracted, ms: ReadPage['ms']): PageOutcome {
  const { finalUrl, status } = loaded;
  const host = new URL(finalUrl).host;
  const reject = (outcome: Exclude<ScrapeResult['outcome'], 'ok'>, reason: string): PageOutcome =>
    failed(outcome, reason, finalUrl, status, extracted.title);
  if (isChallenge(extracted, loaded.html)) {
    return reject('blocked', `${host} asks visitors to prove that they are human.`);
  }
  if (status === 404 || status === 410)
    return reject('not-found', `${host} has no such page (status ${status}).`);
  if (status === 401 || status === 403)
    return reject('blocked', `${host} refuses access (status ${status}).`);
  if (status === 429) return reject('blocked', `${host} takes no more requests for now (status 429).`);
  if (status >= 400) return reject('network-error', `${host} answered with an error (status ${status}).`);
  if (extracted.asksForLogin && extracted.text.length < 600) {
    return reject('blocked', `${host} shows this page only after log-in.`);
  }
  if (extracted.text.trim().length < 20) return reject('empty', `${finalUrl} shows no text.`);
  return {
    outcome: 'ok',
    page: {
      url,
      finalUrl,
      status,
      title: extracted.title,
      description: extracted.description,
      language: extracted.language,
      markdown: extracted.markdown,
      text: extracted.text,
      links: extracted.anchors.map((anchor) => anchor.url),
      ms,
    },
    anchors: extracted.anchors,
    ...(extracted.canonical === undefined ? {} : { canonical: extracted.canonical }),
    warnings: [...loaded.warnings, ...extracted.warnings],
  };
}

const CHALLENGE_TITLE =
  /^(just a moment|attention required|access denied|are you a robot|security check|verify you are human|please wait|ddos-guard|pardon our interruption|robot or human)/i;
const CHALLENGE_TEXT =
  /(verify(ing)? (that )?you are (a )?human|checking your browser|unusual traffic from|enable javascript and cookies to continue|complete the (security check|captcha))/i;
const CHALLENGE_MARKUP =
  /(cf-challenge|cf_chl_|challenge-platform|px-captcha|g-recaptcha|h-captcha|datadome)/i;

/** A page that only tests its visitor: its words say so and there is little else on it. */
function isChallenge(extracted: Extracted, html: string): boolean {
  if (extracted.text.length > 1500) return false;
  if (CHALLENGE_TEXT.test(extracted.text)) return true;
  return (
    CHALLENGE_TITLE.test(extracted.title) && (CHALLENGE_MARKUP.test(html) || extracted.text.length < 400)
  );
}

function failed(
  outcome: Exclude<ScrapeResult['outcome'], 'ok'>,
  reason: string,
  finalUrl: string,
  status: number,
  title = '',
): PageOutcome {
  return { outcome, reason, finalUrl, status, title };
}

function left(deadline: number): number {
  return Math.max(1, Math.round(deadline - performance.now()));
}

/** Throws the signal's reason if that is typed, else `cancelled`. */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (isGreenroomError(signal.reason)) throw signal.reason;
  throw new GreenroomError('cancelled', 'Reading the page was cancelled.', 'Start again when you like.');
}
