import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../../shared/timing.ts';
import { sentence } from '../../server/setup/problem.mjs';
import { addCounts, noCounts, type Counts } from './counts.ts';
import { desktopLane } from './desktopLane.ts';
import { hostLane } from './hostLane.ts';
import { endLeftovers, leftovers, RUN_ID } from './leftovers.ts';
import { LaneUnavailable, type Lane } from './lane.ts';
import { lintLane } from './lintLane.ts';
import { mochaLane } from './mochaLane.ts';

const minutes = (count: number): number => count * 60_000;

/** In order: what is quick and tells most comes first. `desktop` runs only when named. */
const LANES: readonly Lane[] = [
  {
    name: 'lint',
    question: 'Is it well-typed, clean, and small enough?',
    timeoutMs: minutes(4),
    run: lintLane,
  },
  {
    name: 'unit',
    question: 'Does each part, by itself, do what it says?',
    timeoutMs: minutes(3),
    run: mochaLane('unit', { timeoutMs: 10_000 }),
  },
  {
    name: 'server',
    question: 'Do the parts work together over real sockets, processes and browsers?',
    timeoutMs: minutes(12),
    run: mochaLane('server', { timeoutMs: 60_000 }),
  },
  {
    name: 'vscode',
    question: 'Does the extension work inside a real extension host?',
    timeoutMs: minutes(5),
    run: hostLane,
  },
  {
    name: 'e2e',
    question: 'Does a person in front of VS Code get what they came for from the packaged extension?',
    timeoutMs: minutes(8),
    run: mochaLane('e2e', { timeoutMs: 180_000, vscode: true }),
  },
  {
    name: 'reliability',
    question: 'Does it survive what goes wrong, and leave nothing behind?',
    timeoutMs: minutes(9),
    run: mochaLane('reliability', { timeoutMs: 120_000 }),
  },
];

const DESKTOP: Lane = {
  name: 'desktop',
  question: 'Does the extension work inside the desktop VS Code?',
  timeoutMs: minutes(10),
  run: desktopLane,
};

/**
 * Runs the named lanes, or all, one after the other, and then looks for processes they left.
 * The last line it prints is `N passed, N failed, N skipped`. Resolves with the exit code.
 */
export async function runLanes(names: readonly string[]): Promise<number> {
  const known = [...LANES, DESKTOP];
  const unknown = names.filter((name) => !known.some((lane) => lane.name === name));
  if (unknown.length > 0) {
    console.error(
      `No lane is called ${unknown.join(', ')}: use ${known.map((lane) => lane.name).join(', ')}.`,
    );
    return 2;
  }
  const lanes = names.length === 0 ? LANES : known.filter((lane) => names.includes(lane.name));
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);

  const runId = `greenroom-${process.pid}-${Date.now().toString(36)}`;
  const total = noCounts();
  const rows: string[] = [];
  for (const lane of lanes) {
    if (interrupted.signal.aborted) break;
    const startedAt = performance.now();
    console.log(`\n== ${lane.name}: ${lane.question}`);
    const counts = await runLane(lane, runId, interrupted.signal);
    const row = `${lane.name}: ${sum(counts)} in ${formatDuration(performance.now() - startedAt)}`;
    console.log(`-- ${row}`);
    rows.push(row);
    addCounts(total, { ...counts, failures: counts.failures.map((title) => `${lane.name}: ${title}`) });
  }
  addCounts(total, await nothingIsLeft(runId));

  console.log(`\n${rows.join('\n')}`);
  if (total.failures.length > 0)
    console.log(`\nFailed:\n${total.failures.map((one) => `  ${one}`).join('\n')}`);
  console.log(`\n${sum(total)}`);
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  if (interrupted.signal.aborted) return 130;
  return total.failed > 0 ? 1 : 0;
}

const sum = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;

async function runLane(lane: Lane, runId: string, interrupted: AbortSignal): Promise<Counts> {
  // Short, because socket paths below it have a limit of about 100 characters.
  const folder = await mkdtemp(join(tmpdir(), 'gr-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const timeout = AbortSignal.timeout(lane.timeoutMs);
  try {
    return await lane.run({
      folder,
      env: { [RUN_ID]: runId, TMPDIR: folder, GREENROOM_HOME: home },
      signal: AbortSignal.any([timeout, interrupted]),
      print: (line) => console.log(line),
    });
  } catch (error) {
    if (error instanceof LaneUnavailable && !(error.installable && process.env['CI'] !== undefined)) {
      console.log(`!! ${lane.name} is skipped: ${error.message}`);
      return { ...noCounts(), skipped: 1 };
    }
    const why = timeout.aborted
      ? `the lane did not end within ${formatDuration(lane.timeoutMs)}`
      : sentence(error);
    console.log(`!! ${lane.name}: ${why}`);
    if (!timeout.aborted && error instanceof Error) console.log(error.stack);
    return { ...noCounts(), failed: 1, failures: [why] };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The run's last test: of all processes that the lanes started, directly or not, none is left. */
async function nothingIsLeft(runId: string): Promise<Counts> {
  const left = await leftovers(runId);
  if (left.length === 0) return { ...noCounts(), passed: 1 };
  console.log('\n!! Processes are left:');
  for (const one of left) console.log(`   ${one.pid} ${one.command}`);
  endLeftovers(left);
  return { ...noCounts(), failed: 1, failures: [`${left.length} processes were left after the tests`] };
}
