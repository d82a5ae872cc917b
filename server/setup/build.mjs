// @ts-check
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { progress } from './progress.mjs';
import { run } from './run.mjs';
import { isBuilt, ROOT } from './sources.mjs';

/**
 * Builds `dist/` unless it was built from the sources as they are.
 * @returns {Promise<void>}
 */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await progress('Building', () => build());
}

/**
 * @param {readonly string[]} [args] for `esbuild.mjs`
 * @returns {Promise<void>}
 */
export async function build(args = []) {
  const { code, output } = await run(process.execPath, [join(ROOT, 'esbuild.mjs'), ...args]);
  if (code === 0) return;
  const line = output.split('\n').find((one) => /error/i.test(one)) ?? output.split('\n', 1)[0];
  throw new Problem(
    `The build failed (${line?.replace(/^.*\[ERROR\] /, '').trim() ?? ''})`,
    'run `npm run build` to see all of it',
  );
}
