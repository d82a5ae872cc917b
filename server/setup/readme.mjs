// @ts-check
/** `node server/setup/readme.mjs`: writes the manifest's settings into the README, between two marks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Problem, script } from './problem.mjs';
import { ROOT } from './sources.mjs';

const README = join(ROOT, 'README.md');
const BEGIN = '<!-- settings: written by `npm run format` -->';
const END = '<!-- /settings -->';

/** @typedef {{ description?: string, markdownDescription?: string, default?: unknown, order?: number }} Setting */

/** @returns {string} the table of settings that the manifest describes */
export function settingsTable() {
  const { contributes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const sections = [contributes?.configuration ?? []].flat();
  const rows = sections.flatMap((section) =>
    Object.entries(/** @type {Record<string, Setting>} */ (section.properties ?? {})).map(
      ([name, { description, markdownDescription, default: value }]) => {
        const text = (markdownDescription ?? description ?? '').replaceAll(/\s*\n\s*/g, ' ');
        return `| \`${name}\` | \`${JSON.stringify(value)}\` | ${text.replaceAll('|', '\\|')} |`;
      },
    ),
  );
  return ['| Setting | Default | What it does |', '| --- | --- | --- |', ...rows].join('\n');
}

/** @returns {string | undefined} what is wrong with the README's table */
export function settingsTableProblem() {
  if (!existsSync(README)) return 'README.md does not exist';
  const text = readFileSync(README, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return `README.md lacks the lines "${BEGIN}" and "${END}"`;
  // The formatter pads the cells.
  const bare = (/** @type {string} */ table) => table.replaceAll(/[ -]+/g, ' ').trim();
  const table = text.slice(begin + BEGIN.length, end);
  return bare(table) === bare(settingsTable()) ? undefined : 'it is out of date: run `npm run format`';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await script(async () => {
    const text = readFileSync(README, 'utf8');
    const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
    if (begin < 0 || end < begin)
      throw new Problem('README.md has no place for the settings', `add the lines "${BEGIN}" and "${END}"`);
    const table = `${text.slice(0, begin + BEGIN.length)}\n\n${settingsTable()}\n\n${text.slice(end)}`;
    writeFileSync(README, table);
  });
}
