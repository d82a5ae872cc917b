import robotsParser from 'robots-parser';

/** What a website allows robots to read. */
export interface Robots {
  allows(url: string): boolean;
  /** Pause between requests that the site asks for, in milliseconds, at most 10 000. */
  delayMs: number;
  /** Addresses of sitemaps. */
  sitemaps: string[];
}

/** The name this program gives in requests of its own; `contact` is an address a webmaster can turn to. */
export function userAgent(version: string, contact?: string): string {
  return `Greenroom/${version} (${contact === undefined ? "reads pages at a person's request" : `+${contact}`})`;
}

const MAX_BYTES = 512 * 1024;

/**
 * Reads the robots.txt of `site`'s origin. By RFC 9309: no file (4xx) allows everything, a server error (5xx) nothing;
 * a server that can't be reached says nothing about robots, and the page itself will show it.
 */
export async function readRobots(site: URL, agent: string, signal: AbortSignal): Promise<Robots> {
  const address = new URL('/robots.txt', site).href;
  let text: string;
  try {
    const response = await fetch(address, {
      headers: { 'user-agent': agent },
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    if (response.status >= 500) {
      await response.body?.cancel();
      return { allows: () => false, delayMs: 0, sitemaps: [] };
    }
    text = response.ok ? await head(response, MAX_BYTES) : '';
  } catch {
    signal.throwIfAborted();
    text = '';
  }
  const rules = robotsParser(address, text);
  const delaySeconds = rules.getCrawlDelay(agent) ?? 0;
  return {
    allows: (url) => rules.isAllowed(url, agent) !== false,
    delayMs: Math.min(10_000, Math.max(0, delaySeconds * 1000)),
    sitemaps: rules.getSitemaps(),
  };
}

async function head(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return '';
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}
