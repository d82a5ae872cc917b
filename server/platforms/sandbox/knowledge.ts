import MiniSearch from 'minisearch';
import { passagesOf, type Passage, textOf } from './passages.ts';
import { type Query, readQuery, stemOf, stems, tokens } from './words.ts';

/** A text that the bot may answer from. */
export interface KnowledgeText {
  id: string;
  title: string;
  markdown: string;
  url?: string;
  /** Written for the bot, as opposed to a page of the website as it is. */
  curated: boolean;
}

export interface Finding {
  text: KnowledgeText;
  passage: Passage;
  query: Query;
  /** Only differences between findings of one search matter. */
  score: number;
  /** Share of the question's meaning that the passage covers, 0 to 1. */
  coverage: number;
}

interface Entry {
  id: string;
  title: string;
  headings: string;
  body: string;
}

interface Place {
  text: KnowledgeText;
  passage: Passage;
  /** Stems of the passage with its headings and title. */
  stems: ReadonlySet<string>;
  /** It begins the text. */
  first: boolean;
}

/** Below it a question is about something else that shares a word. */
const MIN_COVERAGE = 0.42;
/** What a related word is worth where the question's own word does not stand. */
const RELATED = 0.7;
/** What a word one letter away is worth. */
const MISSPELT = 0.8;
const CURATED = 1.15;
/** A text's beginning says what it is about; the rest goes into particulars. */
const LEAD = 1.15;

/** Full-text index over the passages of a bot's knowledge. */
export class Knowledge {
  readonly #index = new MiniSearch<Entry>({
    fields: ['title', 'headings', 'body'],
    storeFields: [],
    tokenize: tokens,
    processTerm: (term) => stemOf(term) ?? null,
  });
  readonly #places = new Map<string, Place>();
  readonly #passageIds = new Map<string, string[]>();
  readonly #texts = new Map<string, KnowledgeText>();
  /** Stem -> passages it stands in. */
  readonly #frequency = new Map<string, number>();
  /** Stems that every text is about. */
  #ignored: ReadonlySet<string> = new Set();

  /** Stems of `name` (the company's) no longer count for what a question is about. */
  ignore(name: string): void {
    this.#ignored = new Set(stems(name));
  }

  /** Adds a text or replaces the one with its id. False when it holds no words. */
  add(text: KnowledgeText): boolean {
    this.remove(text.id);
    const passages = passagesOf(text.markdown, text.title).filter(
      (passage) => stems(textOf(passage)).length > 0,
    );
    if (passages.length === 0) return false;
    const ids: string[] = [];
    for (const [number, passage] of passages.entries()) {
      const id = `${text.id}\n${number}`;
      const body = textOf(passage);
      const headings = passage.headings.join('\n');
      const all = new Set([...stems(text.title), ...stems(headings), ...stems(body)]);
      this.#index.add({ id, title: text.title, headings, body });
      this.#places.set(id, { text, passage, stems: all, first: number === 0 });
      for (const stem of all) this.#frequency.set(stem, (this.#frequency.get(stem) ?? 0) + 1);
      ids.push(id);
    }
    this.#passageIds.set(text.id, ids);
    this.#texts.set(text.id, text);
    return true;
  }

  remove(textId: string): void {
    for (const id of this.#passageIds.get(textId) ?? []) {
      for (const stem of this.#places.get(id)?.stems ?? []) {
        this.#frequency.set(stem, Math.max(0, (this.#frequency.get(stem) ?? 0) - 1));
      }
      this.#index.discard(id);
      this.#places.delete(id);
    }
    this.#passageIds.delete(textId);
    this.#texts.delete(textId);
  }

  /** Titles in the order they were added, the curated ones first. */
  titles(): string[] {
    const texts = [...this.#texts.values()];
    return [...texts.filter(({ curated }) => curated), ...texts.filter(({ curated }) => !curated)].map(
      ({ title }) => title,
    );
  }

  /** The passages that answer `question`, best first; none when nothing does. */
  search(question: string, limit = 5): Finding[] {
    const query = readQuery(question, this.#ignored);
    if (query.concepts.length === 0 || this.#places.size === 0) return [];
    const own = new Set(query.own);
    const results = this.#index.search([...query.own, ...query.related].join(' '), {
      // The query's words are stems already.
      processTerm: (term) => term,
      boost: { title: 3, headings: 2, body: 1 },
      boostTerm: (term) => (own.has(term) ? 1 : 0.35),
      fuzzy: (term) => (own.has(term) && term.length >= 5 && !this.#frequency.get(term) ? 1 : false),
      weights: { fuzzy: 0.5, prefix: 0.3 },
      bm25: { k: 1.2, b: 0.6, d: 0.3 },
    });
    const findings: Finding[] = [];
    for (const result of results.slice(0, 40)) {
      const place = this.#places.get(String(result.id));
      if (place === undefined) continue;
      const coverage = this.#coverage(query, place, result.terms);
      if (coverage < MIN_COVERAGE) continue;
      const weight = (place.text.curated ? CURATED : 1) * (place.first ? LEAD : 1);
      const score = result.score * (0.4 + coverage) * weight;
      findings.push({ text: place.text, passage: place.passage, query, score, coverage });
    }
    return findings.sort((a, b) => b.score - a.score).slice(0, limit);
  }

  /** How much of the question's meaning a passage covers, rare words counting more. */
  #coverage(query: Query, place: Place, matched: readonly string[]): number {
    let total = 0;
    let covered = 0;
    for (const { own, alternatives, hint } of query.concepts) {
      const weight = this.#weight(own ?? alternatives[0] ?? '');
      const share = this.#share(own, alternatives, place, matched);
      if (hint && share === 0) continue;
      total += weight;
      covered += weight * share;
    }
    return total === 0 ? 0 : covered / total;
  }

  #share(
    own: string | undefined,
    alternatives: readonly string[],
    place: Place,
    matched: readonly string[],
  ): number {
    if (own !== undefined && place.stems.has(own)) return 1;
    if (alternatives.some((stem) => place.stems.has(stem))) return own === undefined ? 1 : RELATED;
    const misspelt =
      own !== undefined &&
      own.length >= 5 &&
      !this.#frequency.get(own) &&
      matched.some((term) => term.charAt(0) === own.charAt(0) && Math.abs(term.length - own.length) <= 1);
    return misspelt ? MISSPELT : 0;
  }

  #weight(stem: string): number {
    const frequency = this.#frequency.get(stem) ?? 0;
    return Math.log(1 + (this.#places.size + 1) / (frequency + 0.5));
  }
}
