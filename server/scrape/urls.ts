/** Query parameters that name a campaign or a click, never a page. */
const TRACKING =
  /^(utm_\w+|mc_[ce]id|mkt_tok|_ga|_gl|gad_source|hsa_\w+|_hs\w+|[a-z]*clid|igshid|ref|ref_src|srsltid|vero_id|spm)$/i;

/** Public suffixes of two labels under which companies register; a short list is enough to tell sites apart. */
const SECOND_LEVEL = /^(co|com|org|net|gov|edu|ac|ne|or|go|gob|com\d?)$/;

/** `href` as an absolute http(s) address, or undefined when it is none (mailto:, javascript:, broken). */
export function absoluteHttpUrl(href: string, base: string): URL | undefined {
  const url = URL.parse(href.trim(), base);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

/**
 * One spelling for addresses of the same page: no fragment, no tracking parameters, sorted query, no trailing
 * slash, no index file, and `www.` kept as it is.
 */
export function normaliseUrl(address: string | URL): string {
  const url = new URL(address);
  url.hash = '';
  url.username = '';
  url.password = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  const path = url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/\/(index|default)\.(html?|php|aspx?)$/i, '/')
    .replace(/(?<=.)\/$/, '');
  url.pathname = path;
  return url.href;
}

/** What decides whether two pages are the same one: the normalised address without scheme and `www.`. */
export function pageKey(address: string | URL): string {
  return normaliseUrl(address)
    .replace(/^https?:\/\/(www\.)?/i, '')
    .replace(/\/$/, '');
}

/** The host's registrable part ("shop.acme.co.uk" -> "acme.co.uk"); an IP address or single label stays whole. */
export function registrableHost(hostname: string): string {
  if (/^[\d.]+$|:/.test(hostname)) return hostname;
  const labels = hostname.toLowerCase().split('.');
  const suffix = labels.at(-2) ?? '';
  const take = labels.length > 2 && (labels.at(-1)?.length ?? 0) === 2 && SECOND_LEVEL.test(suffix) ? 3 : 2;
  return labels.slice(-take).join('.');
}

/** Pages of one website: same registrable host and, off the default ports, the same port. */
export function isSameSite(a: string | URL, b: string | URL): boolean {
  const [left, right] = [new URL(a), new URL(b)];
  return left.port === right.port && registrableHost(left.hostname) === registrableHost(right.hostname);
}

/** True for this machine and for private networks, where a person's own servers are. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    host === 'localhost' ||
    /\.(localhost|local|internal|test)$/.test(host) ||
    /^(127|10)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\./.test(host) ||
    /^(::1|f[cd][\da-f]{2}:.*|fe80:.*)$/.test(host)
  );
}
