import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../../shared/protocol.ts';
import { renderReport } from './html.ts';
import { summarize } from './summary.ts';

export interface ReportPaths {
  reportPath: string;
  reportJsonPath: string;
}

export function reportPaths(dir: string): ReportPaths {
  return { reportPath: join(dir, 'report.html'), reportJsonPath: join(dir, 'report.json') };
}

/** Writes the report of an ended run as one HTML file that needs nothing else, and as JSON. */
export async function writeReports(run: Run, dir: string): Promise<ReportPaths> {
  const paths = reportPaths(dir);
  const withPaths = { ...run, ...paths };
  await Promise.all([
    writeFile(paths.reportPath, renderReport(withPaths), { mode: 0o600 }),
    writeFile(
      paths.reportJsonPath,
      `${JSON.stringify({ summary: summarize(withPaths), run: withPaths }, undefined, 2)}\n`,
      {
        mode: 0o600,
      },
    ),
  ]);
  return paths;
}
