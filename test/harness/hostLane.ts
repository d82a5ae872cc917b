import { globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/setup/sources.mjs';
import { COUNTS_FILE, type Counts } from './counts.ts';
import { bundleSuite, runInExtensionHost } from './extensionHost.ts';
import type { LaneContext } from './lane.ts';
import { readCounts } from './mochaLane.ts';
import { vscodeServerFolder } from './vscodeInstall.ts';

/** The suites of `test/vscode/`, in the extension host of VS Code's own server. */
export async function hostLane({ folder, env, signal, print }: LaneContext): Promise<Counts> {
  if (globSync('test/vscode/*.test.ts', { cwd: ROOT }).length === 0)
    throw new Error('test/vscode holds no test');
  const countsFile = join(folder, 'counts.json');
  const code = await runInExtensionHost({
    vscode: await vscodeServerFolder(),
    folder,
    extension: ROOT,
    suite: await bundleSuite(),
    env: { ...env, [COUNTS_FILE]: countsFile },
    log: join(ROOT, 'out', 'vscode-window.log'),
    signal,
    print,
  });
  return checkedCounts(await readCounts(countsFile), code);
}

/** A host that ends badly without a failed test has failed as well. */
export function checkedCounts(counts: Counts | undefined, code: number): Counts {
  if (counts === undefined)
    throw new Error(
      `The extension host ended with ${code} before its first test (see out/vscode-window.log)`,
    );
  if (counts.ended && (code === 0 || counts.failed > 0)) return counts;
  const cause = `the extension host ended with ${code} before the suite's end`;
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, cause] };
}
