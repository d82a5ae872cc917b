import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ROOT } from '../../server/setup/sources.mjs';
import { COUNTS_FILE, type Counts } from './counts.ts';
import { bundleSuite, makeWorkspace } from './extensionHost.ts';
import { checkedCounts } from './hostLane.ts';
import { LaneUnavailable, type LaneContext } from './lane.ts';
import { readCounts } from './mochaLane.ts';

/** The oldest VS Code that the manifest allows, unless `GREENROOM_VSCODE` names another, such as `stable`. */
const OLDEST = '1.101.0';

/** The suites of `test/vscode/` in the desktop VS Code, which `@vscode/test-electron` downloads. */
export async function desktopLane({ folder, env }: LaneContext): Promise<Counts> {
  const countsFile = join(folder, 'counts.json');
  const workspace = await makeWorkspace(folder);
  const suite = await bundleSuite();
  let code = 0;
  try {
    code = await runTests({
      version: process.env['GREENROOM_VSCODE'] ?? OLDEST,
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: suite,
      extensionTestsEnv: { ...env, [COUNTS_FILE]: countsFile },
      launchArgs: [
        workspace,
        ...['--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
        ...['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')],
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    const counts = await readCounts(countsFile);
    if (counts !== undefined) return checkedCounts(counts, 1);
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new LaneUnavailable(`the desktop VS Code could not be downloaded or started (${why})`, true);
  }
  return checkedCounts(await readCounts(countsFile), code);
}
