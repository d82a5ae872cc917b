import { writeFileSync } from 'node:fs';

/** What a lane's tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Full titles of what failed. */
  failures: string[];
  /** The run reached its end. */
  ended: boolean;
}

export function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: 0, failures: [], ended: false };
}

export function addCounts(sum: Counts, one: Counts): void {
  sum.passed += one.passed;
  sum.failed += one.failed;
  sum.skipped += one.skipped;
  sum.failures.push(...one.failures);
}

/** Environment variable with the file that a Mocha process writes its {@link Counts} to. */
export const COUNTS_FILE = 'GREENROOM_TEST_COUNTS';

/** Begins every line that Mocha prints in an extension host, whose console carries much else. */
export const MARK = 'mocha| ';

/** Keeps `file` up to date with what the run has come to so far: a lane that is killed has counts as well. */
export function countInto(runner: Mocha.Runner, file: string | undefined): void {
  if (file === undefined) return;
  const counts = noCounts();
  const write = (): void => writeFileSync(file, JSON.stringify(counts));
  write();
  runner.on('pass', () => {
    counts.passed += 1;
    write();
  });
  runner.on('pending', () => {
    counts.skipped += 1;
    write();
  });
  runner.on('fail', (test) => {
    counts.failed += 1;
    counts.failures.push(test.fullTitle());
    write();
  });
  runner.on('end', () => {
    counts.ended = true;
    write();
  });
}
