import type { Anchor } from './extract.ts';
import { isSameSite, normaliseUrl, pageKey } from './urls.ts';

/** A page that could be read next. */
export interface Candidate {
  url: string;
  depth: number;
  score: number;
}

/** What customers ask about, by the words websites use for it in their addresses and links; the higher the better. */
const PROMISING: readonly (readonly [RegExp, number])[] = [
  [/\b(faqs?|frequently asked|help|support|hilfe|aide|ayuda|haufige fragen|preguntas)\b/, 60],
  [
    /\b(shipping|delivery|returns?|refunds?|exchanges?|warranty|versand|lieferung|livraison|retours?|envios?|devoluciones)\b/,
    55,
  ],
  [/\b(pricing|prices?|plans?|fees|rates|preise|tarifs?|precios|subscriptions?|memberships?)\b/, 50],
  [/\b(about|company|who we are|our story|story|mission|uber uns|a propos|nosotros)\b/, 48],
  [
    /\b(services?|solutions?|features?|products?|treatments?|menus?|platform|how it works|leistungen|produkte)\b/,
    42,
  ],
  [/\b(contact|locations?|stores?|hours|opening|find us|visit|kontakt|standorte|contacto)\b/, 42],
  [/\b(orders?|track(ing)?|payments?|bookings?|reservations?|appointments?|insurance|account help)\b/, 40],
  [
    /\b(guides?|sizes?|sizing|care|how to|getting started|docs|integrations?|security|wholesale|business|gift)\b/,
    30,
  ],
];

const UNPROMISING: readonly (readonly [RegExp, number])[] = [
  [
    /\b(privacy|terms|legal|imprint|impressum|datenschutz|cookies?|gdpr|accessibility|disclaimer|agb|dmca)\b/,
    -60,
  ],
  [/\b(blog|news|press|events?|careers?|jobs|investors?|tag|category|author|archive|webinars?)\b/, -25],
  [/\b(page|p)\b[ /=-]?\d+\b/, -50],
];

const NEVER =
  /\b(log ?in|log ?out|sign ?in|sign ?out|sign ?up|register|cart|basket|checkout|wishlist|my account|password|search|feed|rss|print|share|wp json|wp admin|wp login|unsubscribe|cdn cgi|add to cart)\b/;

const FILE =
  /\.(pdf|zip|gz|tgz|rar|7z|docx?|xlsx?|pptx?|csv|json|xml|rss|atom|txt|ics|vcf|png|jpe?g|gif|webp|avif|svg|ico|css|js|mjs|mp[34]|webm|mov|avi|wav|woff2?|ttf|eot|dmg|exe|apk|msi)$/i;

/** The pages of one website still to be read, most promising first, each at most once. */
export class Frontier {
  readonly #seen = new Set<string>();
  readonly #waiting: Candidate[] = [];
  readonly #home: URL;
  readonly #maxDepth: number;
  readonly #maxWaiting: number;

  constructor(home: URL, maxDepth: number, maxWaiting = 500) {
    this.#home = home;
    this.#maxDepth = maxDepth;
    this.#maxWaiting = maxWaiting;
    this.#seen.add(pageKey(home));
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Marks an address as read, so that it is not offered again. False when it was marked or offered before. */
  mark(url: string): boolean {
    const key = pageKey(url);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** Two spellings of one address. */
  isSame(a: string, b: string): boolean {
    return pageKey(a) === pageKey(b);
  }

  add(anchors: readonly Anchor[], depth: number, allows: (url: string) => boolean): void {
    if (depth > this.#maxDepth) return;
    for (const anchor of anchors) {
      const url = normaliseUrl(anchor.url);
      if (!isSameSite(url, this.#home) || this.#waiting.length >= this.#maxWaiting) continue;
      const score = scoreLink(new URL(url), anchor, depth);
      if (score === undefined || !allows(url) || !this.mark(url)) continue;
      this.#waiting.push({ url, depth, score });
    }
    this.#waiting.sort((a, b) => b.score - a.score);
  }

  next(): Candidate | undefined {
    return this.#waiting.shift();
  }
}

/** How much a link promises to say about the company; undefined for what is no page to read. */
export function scoreLink(
  url: URL,
  anchor: Pick<Anchor, 'text' | 'navigation'>,
  depth: number,
): number | undefined {
  if (FILE.test(url.pathname)) return undefined;
  const path = words(decode(url.pathname + url.search));
  const text = words(anchor.text.slice(0, 80));
  if (NEVER.test(path) || /\b(log ?in|log ?out|sign ?in|sign ?up|add to cart)\b/.test(text)) return undefined;
  const subject = `${path} | ${text}`;
  let score = anchor.navigation ? 15 : 0;
  score += PROMISING.find(([pattern]) => pattern.test(subject))?.[1] ?? 0;
  for (const [pattern, loss] of UNPROMISING) if (pattern.test(subject)) score += loss;
  const segments = url.pathname.split('/').filter((segment) => segment !== '').length;
  return score - 10 * depth - 4 * Math.max(0, segments - 1) - (url.search === '' ? 0 : 20);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Lower case, no accents, punctuation as blanks: "/how-it_works" -> "how it works". */
function words(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}=]+/gu, ' ')
    .trim();
}
