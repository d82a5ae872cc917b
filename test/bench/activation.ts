import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../server/setup/sources.mjs';
import { bundleSuite, runInExtensionHost } from '../harness/extensionHost.ts';
import { vscodeServerFolder } from '../harness/vscodeInstall.ts';
import type { Measurement } from './measure.ts';

const TIMEOUT_MS = 120_000;

/** Processor time of loading and activating the extension in the extension host of a real VS Code. */
export async function measureActivation(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gr-'));
  const result = join(folder, 'result.json');
  try {
    const code = await runInExtensionHost({
      vscode: await vscodeServerFolder(),
      folder,
      extension: ROOT,
      suite: await bundleSuite(join(ROOT, 'test/bench/host'), join(ROOT, 'out/bench-vscode')),
      env: { GREENROOM_HOME: join(folder, 'home'), GREENROOM_BENCH_RESULT: result },
      log: join(ROOT, 'out', 'bench-window.log'),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      print: () => undefined,
    });
    if (code !== 0) throw new Error(`The extension host ended with ${code} (see out/bench-window.log).`);
    const { empty, client } = JSON.parse(await readFile(result, 'utf8')) as Record<string, number[]>;
    return [
      { name: 'an extension that does nothing, load', unit: 'ms', samples: empty ?? [] },
      { name: 'Greenroom, load and activate', unit: 'ms', samples: client ?? [], target: 30 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
