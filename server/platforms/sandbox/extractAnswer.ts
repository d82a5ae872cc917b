import { type Block, blockText, type Passage, rowText, textOf } from './passages.ts';
import type { Finding } from './knowledge.ts';
import { hasShape } from './shapes.ts';
import { type Query, stems } from './words.ts';

const MAX_SENTENCES = 3;
const MAX_ITEMS = 8;
const MAX_LENGTH = 700;

/** A passage no longer than this is given whole. */
const SHORT = 360;

/**
 * The part of the findings that answers: a short passage as it is, a few sentences of a longer one, the list they lead
 * to, or one line for each passage that answers equally.
 */
export function extractAnswer({ passage, equals, query, text }: Finding): string {
  if (equals.length > 1)
    return shorten(
      equals
        .slice(0, MAX_ITEMS)
        .map((each) => lineOf(each, query))
        .join('\n'),
    );
  const whole = textOf(passage);
  if (whole.length <= SHORT && passage.blocks[0]?.kind === 'prose') return whole;
  const scored = passage.blocks.map((block) => ({ block, score: relevance(query, blockText(block)) }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  const index = scored.indexOf(best);
  const parts: string[] = [];
  if (best.block.kind === 'prose') {
    parts.push(excerpt(best.block.sentences, query));
    const next = scored[index + 1]?.block;
    if (next !== undefined && next.kind !== 'prose' && leadsOn(best.block.sentences))
      parts.push(listed(next, query));
  } else {
    const lead = scored[index - 1]?.block;
    if (lead?.kind === 'prose' && leadsOn(lead.sentences)) parts.push(lead.sentences.at(-1) ?? '');
    else parts.push(`${passage.headings.at(-1) ?? text.title}:`);
    parts.push(listed(best.block, query));
  }
  return shorten(parts.filter((part) => part !== '').join('\n'));
}

/** "- Heading: the sentence of the passage that looks like what is asked for". */
function lineOf(passage: Passage, { shape }: Query): string {
  const lines = passage.blocks.flatMap((block) =>
    block.kind === 'prose' ? block.sentences : blockText(block).split('\n'),
  );
  const fitting = lines.find((line) => shape !== undefined && hasShape(shape, line)) ?? lines[0] ?? '';
  const heading = passage.headings.at(-1);
  return heading === undefined ? `- ${fitting}` : `- ${heading}: ${fitting}`;
}

function leadsOn(sentences: readonly string[]): boolean {
  return /:$/.test(sentences.at(-1) ?? '');
}

/** The run of sentences that says most of what is asked, at most three. */
function excerpt(sentences: readonly string[], query: Query): string {
  if (sentences.length <= MAX_SENTENCES) return sentences.join(' ');
  const scores = sentences.map((sentence) => relevance(query, sentence));
  let start = 0;
  let highest = -1;
  for (let from = 0; from + MAX_SENTENCES <= sentences.length; from++) {
    const window = scores.slice(from, from + MAX_SENTENCES);
    // The first sentence of a run carries most: what follows explains it.
    const sum = window.reduce((total, score, place) => total + score * (place === 0 ? 1.2 : 1), 0);
    if (sum > highest + 1e-9) {
      highest = sum;
      start = from;
    }
  }
  return sentences.slice(start, start + MAX_SENTENCES).join(' ');
}

function listed(block: Exclude<Block, { kind: 'prose' }>, query: Query): string {
  const lines = block.kind === 'list' ? block.items : block.rows.map((row) => rowText(block.header, row));
  const mark = (index: number): string => (block.kind === 'list' && block.ordered ? `${index + 1}.` : '-');
  const numbered = lines.map((line, index) => ({
    line: `${mark(index)} ${line}`,
    score: relevance(query, line),
  }));
  if (numbered.length <= MAX_ITEMS) return numbered.map(({ line }) => line).join('\n');
  const fitting = numbered.filter(({ score }) => score > 0);
  const shown = (fitting.length > 0 ? fitting : numbered).slice(0, MAX_ITEMS);
  return shown.map(({ line }) => line).join('\n');
}

/** Distinct words of the question in `text`; related words count a third; it counts more to look like the answer. */
function relevance(query: Query, text: string): number {
  const present = new Set(stems(text));
  const own = query.own.filter((stem) => present.has(stem)).length;
  const related = query.related.filter((stem) => present.has(stem)).length;
  const shaped = query.shape !== undefined && hasShape(query.shape, text) ? 1.5 : 0;
  return own + related / 3 + shaped;
}

function shorten(answer: string): string {
  if (answer.length <= MAX_LENGTH) return answer;
  const cut = answer.slice(0, MAX_LENGTH - 1);
  const end = Math.max(cut.lastIndexOf(' '), cut.lastIndexOf('\n'), MAX_LENGTH / 2);
  return `${cut.slice(0, end)}…`;
}
