import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageVsix } from '../../server/setup/vsix.mjs';
import { ROOT } from '../../server/setup/sources.mjs';
import { COUNTS_FILE, type Counts } from './counts.ts';
import type { Lane } from './lane.ts';
import { vscodeServerFolder } from './vscodeInstall.ts';

/** A lane whose tests run in a Mocha process of their own: all of `test/<name>/**`. */
export function mochaLane(
  name: string,
  options: {
    /** Milliseconds for one test, unless the test says otherwise. */
    timeoutMs: number;
    /** Its tests open VS Code with the packaged extension. */
    vscode?: boolean;
  },
): Lane['run'] {
  return async ({ folder, env, signal }) => {
    const files = globSync(`test/${name}/**/*.test.ts`, { cwd: ROOT }).sort();
    if (files.length === 0) throw new Error(`test/${name} holds no test`);
    if (options.vscode === true) {
      await vscodeServerFolder();
      await packageVsix();
    }
    const countsFile = join(folder, 'counts.json');
    const child = spawn(
      process.execPath,
      [
        join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        ...['--reporter', join(ROOT, 'test', 'harness', 'reporter.cjs')],
        ...['--timeout', String(options.timeoutMs)],
        ...files,
      ],
      {
        cwd: ROOT,
        env: { ...process.env, ...env, [COUNTS_FILE]: countsFile },
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: process.platform !== 'win32',
      },
    );
    const end = (): void => {
      if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', end, { once: true });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.removeEventListener('abort', end);
    const counts = await readCounts(countsFile);
    if (counts === undefined) throw new Error(`Mocha ended with ${code} before its first test`);
    const cause = signal.aborted
      ? `time was up before the lane ended (${String(signal.reason)})`
      : !counts.ended || (code !== 0 && counts.failed === 0)
        ? `Mocha ended with ${code} before the lane's end`
        : undefined;
    if (cause === undefined) return counts;
    return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, cause] };
  };
}

export async function readCounts(file: string): Promise<Counts | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Counts;
  } catch {
    return undefined;
  }
}
