import { tables } from '@joplin/turndown-plugin-gfm';
import TurndownService from 'turndown';

/**
 * HTML to GitHub-flavoured Markdown: ATX headings, fenced code, tables. Takes the HTML as a string: from a linkedom
 * node the tables would be lost, since linkedom has no `table.rows`.
 */
export function htmlToMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    hr: '---',
    emDelimiter: '_',
  });
  service.use(tables);
  service.addRule('term', { filter: 'dt', replacement: (content) => `\n\n**${content.trim()}**\n\n` });
  service.addRule('definition', { filter: 'dd', replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule('emptyHeading', {
    filter: (node) => /^H[1-6]$/.test(node.nodeName) && (node.textContent ?? '').trim() === '',
    replacement: () => '',
  });
  return tidyMarkdown(service.turndown(html));
}

/** No trailing blanks, no runs of empty lines, no bullet without text; code fences stay as they are. */
export function tidyMarkdown(markdown: string): string {
  return markdown
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : tidyProse(part)))
    .join('')
    .trim();
}

function tidyProse(prose: string): string {
  return prose
    .replace(/\u00a0/g, ' ')
    .replace(/\[\s*\]\([^)\s]*\)/g, '')
    .replace(/^(\s*)-[ \t]{2,}/gm, '$1- ')
    .replace(/^(\s*\d+\.)[ \t]{2,}/gm, '$1 ')
    .replace(/^[ \t]*-[ \t]*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n');
}
