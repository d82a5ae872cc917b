import type { Debt, ErrorData, Outcome, Run, RunStatus, StepStatus } from '../../../shared/protocol.ts';

/** The result of a run as `greenroom provision --json` prints it; documented in the README. */
export interface RunSummary {
  runId: string;
  status: RunStatus;
  ms: number;
  steps: { id: string; status: StepStatus; ms: number; critical: boolean; debt?: Debt }[];
  outcomes: Outcome[];
  reportPath: string | null;
  botUrl: string | null;
  error?: ErrorData;
}

export function summarize(run: Run): RunSummary {
  return {
    runId: run.id,
    status: run.status,
    ms: (run.endedAt ?? run.startedAt) - run.startedAt,
    steps: run.steps.map(({ id, status, ms, critical, debt }) => {
      return { id, status, ms: ms ?? 0, critical, ...(debt === undefined ? {} : { debt }) };
    }),
    outcomes: run.outcomes,
    reportPath: run.reportPath ?? null,
    botUrl: run.botUrl ?? null,
    ...(run.error === undefined ? {} : { error: run.error }),
  };
}
