import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { COUNTS_FILE, countInto, MARK } from '../harness/counts.ts';

/** One test, on two busy cores, with a server to start. */
const TEST_TIMEOUT_MS = 60_000;

/** What VS Code's extension host calls: runs the suites bundled beside this file. Rejects when one failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_TIMEOUT_MS, reporter: 'spec', color: false });
  // The extension host's console carries much else.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log(`${MARK}${line}`);
  };
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.cjs')) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    countInto(mocha.run(resolve), process.env[COUNTS_FILE]);
  });
  if (failures > 0) throw new Error(`${failures} of the tests failed.`);
}
