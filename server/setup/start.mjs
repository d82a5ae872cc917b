// @ts-check
/**
 * `npm start`: sets everything up, then provisions a demo: of the sample company, unless arguments name another.
 */
import { join } from 'node:path';
import { foreground } from './run.mjs';
import { withSetup } from './setup.mjs';
import { ROOT } from './sources.mjs';

await withSetup(() => {
  const args = process.argv.slice(2);
  const named = args.some((arg) => /^--(company|website|spec|sample|help)\b|\.ya?ml$/.test(arg));
  const cli = join(ROOT, 'dist', 'cli.mjs');
  return foreground(process.execPath, [cli, 'provision', '--chat', ...(named ? [] : ['--sample']), ...args]);
});
