import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import type { Run } from '../../shared/protocol.ts';
import { emptyRun, foldRecord } from './journal/fold.ts';
import { readJournal } from './journal/journal.ts';
import { reportPaths } from './report/write.ts';

/** The newest `limit` runs on disk, newest first. A run that cannot be read is left out. */
export async function readHistory(dir: string, limit: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (const month of await newestFirst(dir)) {
    for (const id of await newestFirst(join(dir, month))) {
      if (runs.length === limit) return runs;
      const run = await readRun(join(dir, month, id), id);
      if (run !== undefined) runs.push(run);
    }
  }
  return runs;
}

/** The run on disk with this id, however old. */
export async function readRunById(dir: string, id: string): Promise<Run | undefined> {
  for (const month of await newestFirst(dir)) {
    const run = await readRun(join(dir, month, id), id);
    if (run !== undefined) return run;
  }
  return undefined;
}

/** Folders by name, the highest first: months and run ids both sort by time. */
async function newestFirst(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .reverse();
}

async function readRun(dir: string, id: string): Promise<Run | undefined> {
  const path = join(dir, 'journal.jsonl');
  const content = await readJournal(path).catch(() => undefined);
  if (content === undefined || content.records.length === 0) return undefined;
  const run = content.records.reduce(foldRecord, emptyRun(id, path));
  if (run.endedAt === undefined) return interrupted(run, content.records.at(-1)?.t ?? run.startedAt);
  const reports = reportPaths(dir);
  return existsSync(reports.reportPath) ? { ...run, ...reports } : run;
}

/** A run without an end, when no server works on it: its server was killed. */
function interrupted(run: Run, endedAt: number): Run {
  const error = {
    code: 'internal' as const,
    message: 'The server was ended in the middle of this run.',
    next: 'Provision again: what the run made is found and updated, not doubled.',
    retryable: true,
  };
  const steps = run.steps.map((step) =>
    step.status === 'running' || step.status === 'pending' ? { ...step, status: 'cancelled' as const } : step,
  );
  return { ...run, steps, status: 'failed', endedAt, error };
}
