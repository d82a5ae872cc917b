import type { Plan, ProvisionParams, Run, TaskParams, TaskResult } from '../../shared/protocol.ts';

/** Runs of all tenants, live and remembered. */
export interface Runs {
  /** Errors: `invalid-input`. */
  plan(params: ProvisionParams): Promise<Plan>;
  /** Starts a run and resolves with its id once its journal exists. Errors: `invalid-input`. */
  start(params: ProvisionParams, tenant: string): Promise<string>;
  /** Resolves when the run has ended; aborting `signal` cancels the run. Errors: `not-found`. */
  wait(runId: string, signal?: AbortSignal): Promise<Run>;
  get(runId: string): Promise<Run>;
  /** Resolves when everything the run held is closed. */
  cancel(runId: string): Promise<Run>;
  /** Newest first; at most 50, ended runs of earlier server lives included. */
  list(): Run[];
  active(): number;
  /** Calls back with the id of a run that changed. */
  onChange(listener: (runId: string) => void): () => void;
  runTask(params: TaskParams, tenant: string, signal: AbortSignal): Promise<TaskResult>;
  /** Cancels what runs and resolves when it is closed. */
  dispose(): Promise<void>;
}
