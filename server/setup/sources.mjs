// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's top folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where a full build notes what it was made from. */
export const STAMP = join(ROOT, 'dist', '.built');

const INPUTS = ['client', 'server', 'shared', 'esbuild.mjs', 'package.json', 'package-lock.json'];

/**
 * A digest of everything a build reads, from names, sizes and modification times. Takes a few milliseconds.
 * @param {readonly string[]} [more] further files and folders; those that do not exist are left out
 * @returns {string}
 */
export function fingerprint(more = []) {
  const hash = createHash('sha256');
  for (const input of [...INPUTS, ...more]) {
    const path = join(ROOT, input);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files) {
      const stats = statSync(file);
      if (stats.isFile()) hash.update(`${file}\0${stats.size}\0${stats.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/**
 * Whether `dist/` was built from the sources as they are now.
 * @returns {boolean}
 */
export function isBuilt() {
  try {
    return readFileSync(STAMP, 'utf8') === fingerprint();
  } catch {
    return false;
  }
}
