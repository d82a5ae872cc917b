import type { Debt, ErrorData } from '../../../shared/protocol.ts';
import type { MadeObject } from './step.ts';

/**
 * What happens to the steps of a run, in the order it happens. The journal stores these, the live view and the
 * report are folded from them, so that a run looks the same live and after a restart.
 */
export type StepEvent =
  | { type: 'step.started'; step: string; attempt: number }
  /** Before a write to the outside world; durable before the write begins. */
  | { type: 'step.intent'; step: string; attempt: number; key: string }
  | { type: 'step.detail'; step: string; detail: string }
  | { type: 'step.waiting'; step: string; reason?: string }
  | { type: 'step.retry'; step: string; attempt: number; error: ErrorData; delayMs: number }
  | ({ type: 'object.created'; step: string } & { object: MadeObject })
  | { type: 'step.done'; step: string; attempt: number; adopted: boolean; output: StoredOutput }
  | { type: 'step.failed'; step: string; attempt: number; error: ErrorData }
  /** Ended with a debt: without output after an error, or with an output that is not complete. */
  | {
      type: 'step.degraded';
      step: string;
      attempt: number;
      debt: Debt;
      error?: ErrorData;
      output?: StoredOutput;
    }
  | { type: 'step.skipped'; step: string; because: string; debt?: Debt }
  | { type: 'step.cancelled'; step: string };

/** A step's output as the journal keeps it: the value, or only the fact of a secret. */
export type StoredOutput = { value: unknown } | { secret: true };

/** Events that must survive a crash before the engine goes on. */
export function isDurable(event: { type: string }): boolean {
  return !['step.started', 'step.detail', 'step.waiting', 'step.retry'].includes(event.type);
}
