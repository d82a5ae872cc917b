import type { Debt, StepKind } from '../../../shared/protocol.ts';
import type { GreenroomError } from '../../../shared/errors.ts';

/** Outputs of finished steps by step id; `Outputs` maps each id to its output type. */
export type Finished<Outputs> = { readonly [Id in keyof Outputs]?: Outputs[Id] };

export interface RetryPolicy {
  /** Tries in all; 1 means no retry. Only errors marked retryable are tried again. */
  attempts: number;
  /** First delay; each further one is 1.5 times as long, up to 4 s, unless the error says when to come back. */
  delayMs: number;
}

export const NO_RETRY: RetryPolicy = { attempts: 1, delayMs: 0 };
export const RETRY_SAFE: RetryPolicy = { attempts: 4, delayMs: 500 };

/** What a step may do besides its work. */
export interface StepControl {
  /** Aborts on cancel, on the step's timeout, and when a critical step elsewhere failed. */
  readonly signal: AbortSignal;
  /** One-based. */
  readonly attempt: number;
  /** Shows a live fact: "12 of 20 pages". The last one stays as the step's result. */
  report(detail: string): void;
  /** Says what the step waits for while it does no work itself; `undefined` when it works again. */
  waiting(reason: string | undefined): void;
  /** Records something made outside, at once and durably. */
  made(object: MadeObject): Promise<void>;
  /** Marks the result as found rather than made. */
  adopted(): void;
  /** The step succeeds, but something is left to be done by hand. */
  owe(debt: Debt): void;
}

export interface MadeObject {
  kind: string;
  id: string;
  url?: string;
}

/**
 * One node of a plan. A step knows its work and its own failure, nothing of the engine or of other steps
 * but the outputs it names.
 */
export interface Step<Outputs, Id extends keyof Outputs & string = keyof Outputs & string> {
  readonly id: Id;
  readonly title: string;
  readonly kind: StepKind;
  /** Its failure stops the run. */
  readonly critical: boolean;
  /** Steps whose output it must have; without one of them it is skipped. */
  readonly needs: readonly (keyof Outputs & string)[];
  /** Steps it follows whatever their outcome; their outputs may be missing. */
  readonly after: readonly (keyof Outputs & string)[];
  readonly estimateMs: number;
  /** Longest time of one attempt. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /**
   * Present when the step writes to the outside world: a key that is the same for every try of the same
   * write. It is journaled before the write.
   */
  idempotencyKey?(finished: Finished<Outputs>): string;
  /** The output is a secret: the journal keeps only that it exists. */
  readonly secret?: boolean;
  run(finished: Finished<Outputs>, control: StepControl): Promise<Outputs[Id]>;
  /** What is owed when a non-critical step has failed. May write files for doing it by hand. */
  debt?(error: GreenroomError, finished: Finished<Outputs>): Promise<Debt> | Debt;
  /** What a person takes away from it, as the line's subject; without it the step has no line in the summary. */
  readonly outcome?: string;
}

/** A step of any id: what the engine handles. */
export type AnyStep<Outputs> = { [Id in keyof Outputs & string]: Step<Outputs, Id> }[keyof Outputs & string];

/** The output a step has named in `needs`. A missing one is a defect in the plan, not a user's error. */
export function needed<Outputs, Id extends keyof Outputs & string>(
  finished: Finished<Outputs>,
  id: Id,
): NonNullable<Outputs[Id]> {
  const output = finished[id];
  if (output == null) throw new Error(`Step reads "${id}" without naming it in needs.`);
  return output;
}
