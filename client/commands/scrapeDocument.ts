import type { ScrapeResult } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';

/** The page as a Markdown document: where it came from as front matter, then its text. */
export function scrapeDocument(result: ScrapeResult, markdown: string): string {
  const facts: [string, string][] = [
    ['title', result.title],
    ['url', result.finalUrl],
    ['description', result.description],
    ['language', result.language],
    [
      'read',
      `by ${result.via === 'http' ? 'HTTP, no browser needed' : 'browser'} in ${formatDuration(result.ms)}`,
    ],
    ...result.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  const matter = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${quote(value)}`);
  return `---\n${matter.join('\n')}\n---\n\n${markdown.trim()}\n`;
}

/** A YAML double-quoted scalar is a superset of a JSON string (YAML 1.2, section 7.3.1). */
function quote(value: string): string {
  return JSON.stringify(value.replace(/\s+/g, ' ').trim());
}
