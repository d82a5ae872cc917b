import { delay } from '../../timing/abort.ts';
import type { Extractor } from '../../scrape/extractor.ts';
import { readRobots } from '../../scrape/robots.ts';
import { normaliseUrl, pageKey } from '../../scrape/urls.ts';
import { fold } from './words.ts';

const AGENT = 'SandboxWebCrawler/1.0';
const MAX_PAGES = 30;
const MAX_DEPTH = 4;
const MAX_BYTES = 2 * 1024 * 1024;
const PAGE_MS = 10_000;
const CHECK_MS = 5_000;
const TOTAL_MS = 90_000;

export interface CrawledPage {
  url: string;
  title: string;
  markdown: string;
  language: string;
}

/** Why a website cannot be a source, as a sentence; undefined when it answers with a page. */
export async function whyUnreadable(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await get(url, signal, CHECK_MS);
    await response.body?.cancel();
    if (response.status >= 400) return `The website answered with an error (HTTP ${response.status}).`;
    return isHtml(response) ? undefined : 'The address does not lead to a web page.';
  } catch (error) {
    signal.throwIfAborted();
    return `The website could not be reached (${reasonOf(error)}).`;
  }
}

/**
 * Reads the page at `start` and what it links to on the same origin: at most 30 pages, four links deep, 90 s, by the
 * site's robots.txt. Resolves with the number of pages passed to `onPage`; rejects when the first one cannot be read.
 */
export async function crawlWebsite(
  start: string,
  extractor: Extractor,
  signal: AbortSignal,
  onPage: (page: CrawledPage) => void,
): Promise<number> {
  const limit = AbortSignal.timeout(TOTAL_MS);
  const both = AbortSignal.any([signal, limit]);
  const robots = await readRobots(new URL(start), AGENT, both);
  if (!robots.allows(start)) throw new Error('The robots.txt of the website does not allow reading it.');
  const seen = new Set([pageKey(start)]);
  const waiting = [{ url: start, depth: 0 }];
  let origin: string | undefined;
  let count = 0;
  for (
    let next = waiting.shift();
    next !== undefined && seen.size <= 10 * MAX_PAGES;
    next = waiting.shift()
  ) {
    try {
      const read = await readPage(next.url, extractor, both, origin);
      if (read === undefined) continue;
      origin ??= new URL(read.page.url).origin;
      seen.add(pageKey(read.page.url));
      if (/\p{L}/u.test(fold(read.page.markdown))) {
        onPage(read.page);
        if (++count >= MAX_PAGES) break;
      }
      if (next.depth >= MAX_DEPTH) continue;
      for (const url of read.links) {
        if (new URL(url).origin !== origin || seen.has(pageKey(url)) || !robots.allows(url)) continue;
        seen.add(pageKey(url));
        waiting.push({ url, depth: next.depth + 1 });
      }
      if (robots.delayMs > 0) await delay(robots.delayMs, both);
    } catch (error) {
      signal.throwIfAborted();
      // What was read before the limit, or before a page that fails, is worth keeping.
      if (limit.aborted && count > 0) break;
      if (next.depth === 0)
        throw new Error(`The website could not be read (${reasonOf(error)}).`, { cause: error });
    }
  }
  return count;
}

async function readPage(
  url: string,
  extractor: Extractor,
  signal: AbortSignal,
  origin: string | undefined,
): Promise<{ page: CrawledPage; links: string[] } | undefined> {
  const response = await get(url, signal, PAGE_MS);
  const moved = origin !== undefined && new URL(response.url).origin !== origin;
  if (response.status >= 400 || !isHtml(response) || moved) {
    await response.body?.cancel();
    if (origin !== undefined) return undefined;
    throw new Error(response.status >= 400 ? `HTTP ${response.status}` : 'not a web page');
  }
  const final = normaliseUrl(response.url);
  const { title, markdown, language, anchors } = await extractor.extract(
    await limited(response),
    final,
    signal,
  );
  const page = { url: final, title: (title || final).slice(0, 255), markdown, language: language || 'en' };
  return { page, links: anchors.map((anchor) => anchor.url) };
}

function get(url: string, signal: AbortSignal, timeoutMs: number): Promise<Response> {
  return fetch(url, {
    headers: { 'user-agent': AGENT, accept: 'text/html,application/xhtml+xml' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
}

function isHtml(response: Response): boolean {
  return /\b(text\/html|application\/xhtml\+xml)\b/.test(response.headers.get('content-type') ?? '');
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= MAX_BYTES) break;
    }
  }
  const charset = /charset=["']?([\w-]+)/i.exec(response.headers.get('content-type') ?? '')?.[1] ?? 'utf-8';
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (code !== undefined) return code;
  return cause instanceof Error ? cause.message : error.message;
}
