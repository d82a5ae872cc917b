import MiniSearch from 'minisearch';
import { passagesOf, type Passage, textOf } from './passages.ts';
import { type Shape, shapesOf } from './shapes.ts';
import { type Concept, type Query, readQuery, stemOf, stems, tokens } from './words.ts';

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
  /** It looks like what is asked for: a price, opening hours, an address, a way to reach people. */
  shaped: boolean;
  /** With `passage` among them and in reading order: the passages of the same page that answer as well as it does. */
  equals: readonly Passage[];
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
  /** Stems of its title and of each heading. */
  headings: readonly ReadonlySet<string>[];
  /** Of its innermost heading and body. */
  shapes: ReadonlySet<Shape>;
  number: number;
}

/** Below it a question is about something else that shares a word. */
const MIN_COVERAGE = 0.5;
/** What a related word is worth where the question's own word does not stand. */
const RELATED = 0.7;
/** What a word one letter away is worth. */
const MISSPELT = 0.8;
const CURATED = 1.05;
/** A text's beginning says what it is about; the rest goes into particulars. */
const LEAD = 1.05;
/** What a heading that says all of the question, and nothing else, adds. */
const HEADED = 0.6;
/** What it adds to look like the answer asked for. */
const SHAPED = 0.8;
/** What it adds to have a word that hints at the answer. */
const HINTED = 0.15;
/** What the full-text rank adds at most: it decides between passages that cover the same. */
const RANKED = 0.4;
/** A page may have several of them, and a customer who names none wants all. */
const LISTED: ReadonlySet<Shape | undefined> = new Set<Shape>(['price', 'hours', 'address']);
const MAX_CANDIDATES = 60;

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
      const titles = [text.title, ...passage.headings];
      this.#places.set(id, {
        text,
        passage,
        stems: all,
        headings: titles.map((title) => new Set(stems(title))),
        shapes: shapesOf(`${titles.at(-1) ?? ''}\n${body}`),
        number,
      });
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

  /** What the texts are about: one title for each page, those with most to say first. */
  topics(): string[] {
    const pages = new Map<string, { title: string; size: number; whole: boolean }>();
    for (const { id, url = id, title, curated } of this.#texts.values()) {
      const size = this.#passageIds.get(id)?.length ?? 0;
      const known = pages.get(url);
      // The page's own title names all of its articles.
      const better = known === undefined || (!curated && !known.whole);
      if (better && isTopic(title, url, this.#ignored))
        pages.set(url, { title, size: size + (known?.size ?? 0), whole: !curated });
      else if (known !== undefined) known.size += size;
    }
    return [...pages.values()].sort((a, b) => b.size - a.size).map(({ title }) => title);
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
    const highest = results[0]?.score ?? 1;
    const found: (Finding & { place: Place })[] = [];
    const candidates = results.slice(0, MAX_CANDIDATES).map(({ id, terms, score }) => {
      return { id: String(id), terms, rank: score / highest };
    });
    // What looks like the answer may share no word with the question.
    const ranked = new Set(candidates.map(({ id }) => id));
    for (const [id, { shapes }] of this.#places) {
      if (query.shape === undefined || candidates.length >= 2 * MAX_CANDIDATES) break;
      if (shapes.has(query.shape) && !ranked.has(id)) candidates.push({ id, terms: [], rank: 0 });
    }
    for (const { id, terms, rank } of candidates) {
      const place = this.#places.get(id);
      if (place === undefined) continue;
      const shares = query.concepts.map((concept) => shareOf(concept, place, this.#misspelt(concept, terms)));
      const coverage = this.#coverage(query.concepts, shares);
      if (coverage < MIN_COVERAGE) continue;
      const shaped = query.shape !== undefined && place.shapes.has(query.shape);
      const hinted = query.concepts.some(({ hint }, index) => hint && (shares[index] ?? 0) > 0) ? 1 : 0;
      const weight = (place.text.curated ? CURATED : 1) * (place.number === 0 ? LEAD : 1);
      const added =
        HEADED * this.#headed(query, place) + (shaped ? SHAPED : 0) + HINTED * hinted + RANKED * rank;
      const { text, passage } = place;
      const score = (coverage + added * coverage) * weight;
      found.push({ text, passage, query, score, coverage, shaped, equals: [passage], place });
    }
    found.sort((a, b) => b.score - a.score);
    return found.slice(0, limit).map(({ place, ...finding }, rank) => {
      if (rank > 0 || !finding.shaped || !LISTED.has(query.shape)) return finding;
      return { ...finding, equals: equalsOf({ ...finding, place }, found) };
    });
  }

  /** How much of the question's meaning a passage covers, rare words counting more and hints not at all. */
  #coverage(concepts: readonly Concept[], shares: readonly number[]): number {
    let total = 0;
    let covered = 0;
    for (const [index, { own, alternatives, hint }] of concepts.entries()) {
      const share = shares[index] ?? 0;
      if (hint) continue;
      const weight = this.#weight(own ?? alternatives[0] ?? '');
      total += weight;
      covered += weight * share;
    }
    return total === 0 ? 0 : covered / total;
  }

  /** How well the best of a passage's headings says the question, 0 to 1. */
  #headed(query: Query, { headings }: Place): number {
    const asked = query.concepts.flatMap(({ own }) => own ?? []);
    const total = asked.reduce((sum, stem) => sum + this.#weight(stem), 0);
    if (total === 0) return 0;
    const scores = headings.map((heading) => {
      const shared = asked.filter((stem) => heading.has(stem));
      const recall = shared.reduce((sum, stem) => sum + this.#weight(stem), 0) / total;
      return heading.size === 0 ? 0 : recall * (0.5 + (0.5 * shared.length) / heading.size);
    });
    return Math.max(...scores);
  }

  /** Whether one of the passage's words that were `matched` is the concept's own but for a letter. */
  #misspelt({ own }: Concept, matched: readonly string[]): boolean {
    if (own === undefined || own.length < 5 || this.#frequency.get(own)) return false;
    return matched.some(
      (term) => term.charAt(0) === own.charAt(0) && Math.abs(term.length - own.length) <= 1,
    );
  }

  #weight(stem: string): number {
    const frequency = this.#frequency.get(stem) ?? 0;
    return Math.log(1 + (this.#places.size + 1) / (frequency + 0.5));
  }
}

/** How much of a concept a passage covers, 0 to 1; `near` when it has a word one letter away. */
function shareOf({ own, alternatives, shape }: Concept, place: Place, near: boolean): number {
  if (own !== undefined && place.stems.has(own)) return 1;
  if (shape !== undefined) {
    // Without the look of the answer, only a heading can tell that it is about that.
    const named = alternatives.some((stem) => place.headings.some((heading) => heading.has(stem)));
    return place.shapes.has(shape) ? 1 : named ? RELATED : 0;
  }
  if (alternatives.some((stem) => place.stems.has(stem))) return own === undefined ? 1 : RELATED;
  return near ? MISSPELT : 0;
}

/** The passages of the best one's page that look the same and cover as much of the question, each text once. */
function equalsOf(
  best: Finding & { place: Place },
  found: readonly (Finding & { place: Place })[],
): Passage[] {
  const page = ({ url, id }: KnowledgeText): string => url ?? id;
  const alike = found.filter(
    ({ text, shaped, coverage, score }) =>
      shaped &&
      score >= best.score * 0.6 &&
      coverage >= best.coverage * 0.95 &&
      page(text) === page(best.text),
  );
  // A page may be there whole and cut into articles: the text with most of the passages goes first.
  const count = (id: string): number => alike.filter(({ text }) => text.id === id).length;
  alike.sort(
    (a, b) =>
      count(b.text.id) - count(a.text.id) ||
      a.text.id.localeCompare(b.text.id) ||
      a.place.number - b.place.number,
  );
  const seen = new Map(alike.toReversed().map(({ passage }) => [textOf(passage), passage]));
  return alike.map(({ passage }) => passage).filter((passage) => seen.get(textOf(passage)) === passage);
}

const NO_TOPIC = /^(?:home(?: ?page)?|welcome|start|index|untitled)$|\bfaqs?\b|frequently asked/i;

/** Whether a title tells a customer what they may ask about. */
function isTopic(title: string, url: string, company: ReadonlySet<string>): boolean {
  const home = URL.parse(url)?.pathname === '/';
  const named = stems(title).every((stem) => company.has(stem));
  return !home && !named && title.length <= 40 && !/[?!]$/.test(title) && !NO_TOPIC.test(title);
}
