// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sources.mjs';

/**
 * The licences of the packages whose code is in the bundles; they ask to be passed on with it.
 * @param {Iterable<string>} inputs paths of bundled files, as esbuild's metafile names them
 * @returns {string}
 */
export function thirdPartyNotices(inputs) {
  const folders = new Set(
    [...inputs].flatMap((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []),
  );
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return `## ${name} ${version} (${license})\n\n${licenceText(join(ROOT, folder))}\n`;
  });
  return `Greenroom contains code of these packages.\n\n${notices.join('\n')}`;
}

/**
 * @param {string} folder
 * @returns {string}
 */
function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)([.-]|$)/i.test(name));
  if (file === undefined || !existsSync(join(folder, file))) return 'The package names its licence only.';
  return readFileSync(join(folder, file), 'utf8').trim();
}
