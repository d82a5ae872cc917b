import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, extension } from '../../vscode/support.ts';

const ROUNDS = 11;
/** The least that an extension can be. */
const EMPTY = 'exports.activate = () => undefined;';

/** Processor time, in milliseconds: what else the machine does at the moment does not count. */
function cpuMs(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

it('measures loading and activating the extension', async () => {
  const { activationCpuMs } = await api();
  const bundle = join(extension().extensionPath, 'dist', 'client.cjs');
  const require = createRequire(bundle);
  const source = readFileSync(bundle, 'utf8');
  const folder = mkdtempSync(join(extension().extensionPath, 'dist', 'load-'));
  const load = (text: string, name: string): number => {
    const copy = join(folder, `${name}.cjs`);
    writeFileSync(copy, text);
    return cpuMs(() => require(copy));
  };
  const samples: { empty: number[]; client: number[] } = { empty: [], client: [] };
  for (let round = 0; round < ROUNDS; round++) {
    // Another text each time, or the engine would take what it compiled before.
    samples.empty.push(load(`${EMPTY}// ${String(round)}`, `empty-${String(round)}`));
    samples.client.push(load(`${source}\n// ${String(round)}`, `client-${String(round)}`) + activationCpuMs);
  }
  rmSync(folder, { recursive: true });
  writeFileSync(process.env['GREENROOM_BENCH_RESULT'] ?? '', JSON.stringify(samples));
});
