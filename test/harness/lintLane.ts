import { join } from 'node:path';
import { settingsTableProblem } from '../../server/setup/readme.mjs';
import { run } from '../../server/setup/run.mjs';
import { ROOT } from '../../server/setup/sources.mjs';
import { packageVsix, SIZE_BUDGET } from '../../server/setup/vsix.mjs';
import { noCounts, type Counts } from './counts.ts';
import type { LaneContext } from './lane.ts';

/** Resolves with what is wrong, or nothing. */
type Check = () => Promise<string | undefined>;

const tool = (path: string, ...args: string[]): Check => {
  return async () => {
    const { code, output } = await run(process.execPath, [join(ROOT, 'node_modules', path), ...args]);
    return code === 0 ? undefined : output.trim();
  };
};

const CHECKS: readonly (readonly [string, Check])[] = [
  ['types hold across all projects', tool('typescript/bin/tsc', '--build')],
  ['the linter finds nothing', tool('eslint/bin/eslint.js', '.', '--max-warnings', '0')],
  ['files are formatted', tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
  ["the README's table lists the manifest's settings", () => Promise.resolve(settingsTableProblem())],
  [
    `the package holds what it should, in at most ${SIZE_BUDGET / 1e6} MB`,
    async () => {
      await packageVsix();
      return undefined;
    },
  ],
];

/** Types, lint rules, formatting and packaging, each counted as one test. */
export async function lintLane({ signal, print }: LaneContext): Promise<Counts> {
  const counts = noCounts();
  for (const [title, check] of CHECKS) {
    signal.throwIfAborted();
    const problem = await check().catch((error: unknown) => String(error));
    print(`  ${problem === undefined ? '✔' : '✖'} ${title}`);
    if (problem === undefined) counts.passed += 1;
    else {
      print(problem.replaceAll(/^/gm, '      '));
      counts.failed += 1;
      counts.failures.push(title);
    }
  }
  return { ...counts, ended: true };
}
