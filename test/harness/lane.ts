import type { Counts } from './counts.ts';

export interface LaneContext {
  /** Scratch folder of this lane, also its `TMPDIR`; gone when it has ended. */
  folder: string;
  /** Environment for the lane's processes. */
  env: Record<string, string>;
  /** Aborts when the lane's time is up or the run is interrupted. */
  signal: AbortSignal;
  print: (line: string) => void;
}

export interface Lane {
  name: string;
  /** The question that its tests answer. */
  question: string;
  timeoutMs: number;
  run: (context: LaneContext) => Promise<Counts>;
}

/** Why a lane can't run on this machine. */
export class LaneUnavailable extends Error {
  /** An install step would change that: where CI runs, its absence is a failure. */
  readonly installable: boolean;

  constructor(why: string, installable: boolean) {
    super(why);
    this.installable = installable;
  }
}
