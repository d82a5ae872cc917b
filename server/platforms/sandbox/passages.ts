/** A block of an article: what stands between two headings, as plain text. */
export interface Passage {
  /** Headings above it, outermost first; the article's title is not among them. */
  headings: string[];
  blocks: Block[];
}

export type Block =
  | { kind: 'prose'; sentences: string[] }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'table'; header: string[]; rows: string[][] };

/** Splits Markdown at its headings into passages of plain text. Passages without text are left out. */
export function passagesOf(markdown: string, title: string): Passage[] {
  const passages: Passage[] = [];
  let headings: { level: number; text: string }[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    const blocks = blocksOf(lines);
    if (blocks.length > 0) passages.push({ headings: headings.map(({ text }) => text), blocks });
    lines = [];
  };
  let fenced = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
      continue;
    }
    const heading = fenced ? null : /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    if (heading === null) {
      lines.push(line);
      continue;
    }
    flush();
    const level = heading[1]?.length ?? 1;
    const text = plain(heading[2] ?? '');
    headings = headings.filter((each) => each.level < level);
    if (text !== '' && text.toLowerCase() !== title.toLowerCase()) headings.push({ level, text });
  }
  flush();
  return passages;
}

/** All text of a passage, without its headings. */
export function textOf(passage: Passage): string {
  return passage.blocks.map(blockText).join('\n');
}

export function blockText(block: Block): string {
  switch (block.kind) {
    case 'prose':
      return block.sentences.join(' ');
    case 'list':
      return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${item}`).join('\n');
    case 'table':
      return block.rows.map((row) => `- ${rowText(block.header, row)}`).join('\n');
  }
}

/** "Standard: Price: 4.90 EUR, Time: 2-3 days"; two columns need no header. */
export function rowText(header: readonly string[], row: readonly string[]): string {
  const [first = '', ...rest] = row;
  const values = rest.map((cell, index) => {
    const name = rest.length > 1 ? header[index + 1] : '';
    return name ? `${name} ${cell}` : cell;
  });
  return values.length === 0 ? first : `${first}: ${values.join(', ')}`;
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let prose: string[] = [];
  const flush = (): void => {
    const sentences = sentencesOf(plain(prose.join(' ')));
    if (sentences.length > 0) blocks.push({ kind: 'prose', sentences });
    prose = [];
  };
  for (const [index, line] of lines.entries()) {
    const item = /^\s*(?:([-*+])|(\d{1,3})[.)])\s+(.*)$/.exec(line);
    const last = blocks.at(-1);
    if (item !== null) {
      flush();
      const text = plain(item[3] ?? '');
      const open = blocks.at(-1);
      const ordered = item[2] !== undefined;
      if (text === '') continue;
      if (open?.kind === 'list' && open.ordered === ordered) open.items.push(text);
      else blocks.push({ kind: 'list', ordered, items: [text] });
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      flush();
      const cells = line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => plain(cell.replaceAll('\\|', '|')));
      if (cells.every((cell) => /^:?-*:?$/.test(cell)) && /-/.test(line)) continue;
      const open = blocks.at(-1);
      const startsTable = /^\s*\|?\s*:?-+/.test(lines[index + 1] ?? '');
      if (open?.kind === 'table' && !startsTable) open.rows.push(cells);
      else blocks.push({ kind: 'table', header: cells, rows: [] });
    } else if (line.trim() === '') {
      flush();
    } else if (last?.kind === 'list' && prose.length === 0 && /^\s{2,}\S/.test(line)) {
      const text = plain(line);
      const end = last.items.length - 1;
      last.items[end] = `${last.items[end] ?? ''} ${text}`.trim();
    } else if (!/^\s*([-*_]\s*){3,}$/.test(line)) {
      prose.push(line.replace(/^\s*>\s?/, ''));
    }
  }
  flush();
  return blocks.filter((block) => block.kind !== 'table' || block.rows.length > 0);
}

/** Markdown's inline marks removed: what a person reads. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\((?:[^()]|\([^)]*\))*\)/g, '$1')
    .replace(/<((?:https?|mailto):[^>\s]+)>/g, '$1')
    .replace(/<\/?[a-z][^>]{0,500}>/gi, ' ')
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'sentence' });
const ABBREVIATION = /\b(e\.g|i\.e|approx|no|nr|st|dr|mr|mrs|ms|inc|ltd|co|vs|etc|incl|excl|max|min|tel)\.$/i;

/** Sentences of plain prose. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of SEGMENTER.segment(text)) {
    const part = segment.trim();
    if (part === '') continue;
    const last = sentences.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) sentences[sentences.length - 1] = `${last} ${part}`;
    else sentences.push(part);
  }
  return sentences;
}
