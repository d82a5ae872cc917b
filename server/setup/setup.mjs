// @ts-check
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { ensurePackages, NODE } from './packages.mjs';
import { script } from './problem.mjs';
import { foreground } from './run.mjs';

/**
 * Runs a script of ours with everything it needs: packages, Node 24, a browser and a build. What is there already
 * is left alone, which takes a fraction of a second.
 * @param {() => Promise<number | void>} work resolves with the exit code
 * @param {{ browser?: boolean, build?: boolean }} [needs] default: both
 * @returns {Promise<void>}
 */
export function withSetup(work, needs = {}) {
  return script(async () => {
    await ensurePackages();
    if (Number(process.versions.node.split('.', 1)[0]) < 24)
      return await foreground(NODE, process.argv.slice(1));
    if (needs.browser !== false) await ensureBrowser();
    if (needs.build !== false) await ensureBuilt();
    return await work();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await withSetup(async () => {
    console.error('  Everything is set up.');
  });
}
