import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../../shared/protocol.ts';
import type { GreenroomError } from '../../shared/errors.ts';
import { toErrorData } from '../../shared/errors.ts';
import type { RunContext, Secrets } from './context.ts';
import { execute } from './engine/engine.ts';
import { decidingPath } from './engine/graph.ts';
import { emptyRun, foldRecord } from './journal/fold.ts';
import { Journal } from './journal/journal.ts';
import type { JournalEvent } from './journal/records.ts';
import { outcomesOf } from './outcomes.ts';
import { describePlan, planSteps } from './plan.ts';
import { writeReports } from './report/write.ts';

export interface LiveRunOptions {
  context: RunContext;
  specPath?: string;
  onChange(): void;
}

/** One run under way: executes its plan, journals what happens and shows it. */
export class LiveRun {
  readonly id: string;
  /** Resolves with the ended run; never rejects. */
  readonly ended: Promise<Run>;
  readonly #abort = new AbortController();
  readonly #options: LiveRunOptions;
  readonly #journal: Journal;
  #run: Run;

  private constructor(options: LiveRunOptions, journal: Journal) {
    this.id = options.context.runId;
    this.#options = options;
    this.#journal = journal;
    this.#run = emptyRun(this.id, journal.path);
    this.ended = this.#execute();
  }

  /** Resolves once the run's journal exists. */
  static async start(options: LiveRunOptions): Promise<LiveRun> {
    return new LiveRun(options, await Journal.create(join(options.context.dir, 'journal.jsonl')));
  }

  get state(): Run {
    return this.#run;
  }

  cancel(reason: GreenroomError): void {
    this.#abort.abort(reason);
  }

  async #execute(): Promise<Run> {
    const { context, specPath } = this.#options;
    const { spec, tenant, version, logger } = context;
    const steps = planSteps(context);
    const plan = describePlan(spec, steps);
    const planHash = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
    const subjects = new Map(
      steps.flatMap(({ id, outcome }) => (outcome === undefined ? [] : [[id, outcome]])),
    );
    let ended: Run;
    try {
      const from = specPath === undefined ? {} : { specPath };
      await this.#record({ type: 'run.planned', spec, plan, planHash, tenant, version, ...from });
      await this.#record({ type: 'run.started', epoch: 1, pid: process.pid });
      const result = await execute({
        steps,
        signal: this.#abort.signal,
        record: (event) => this.#record(event),
      });
      await context.dashboard.close();
      const { record, written } = this.#journal.append({
        type: 'run.ended',
        status: result.status,
        outcomes: outcomesOf(this.#run.steps, subjects),
        criticalPath: decidingPath(this.#run.steps),
        ...(result.status === 'failed' ? { error: result.error } : {}),
      });
      await written;
      ended = foldRecord(this.#run, record);
    } catch (error) {
      logger.error({ err: error, runId: this.id }, 'run could not go on');
      ended = { ...this.#run, status: 'failed', endedAt: Date.now(), error: toErrorData(error) };
    } finally {
      await context.dashboard
        .close()
        .catch((error: unknown) => logger.warn({ err: error }, 'dashboard session'));
      await this.#journal.close().catch((error: unknown) => logger.warn({ err: error }, 'journal'));
    }
    // Nobody sees the run ended before its report is there to be opened.
    try {
      this.#show({ ...ended, ...(await writeReports(ended, context.dir)) });
    } catch (error) {
      logger.error({ err: error, runId: this.id }, 'report could not be written');
      this.#show(ended);
    }
    return this.#run;
  }

  async #record(event: JournalEvent): Promise<void> {
    // Folded before the first await: the view follows the order of the journal, whatever is written first.
    const { record, written } = this.#journal.append(withoutSecrets(event, this.#options.context.secrets));
    this.#show(foldRecord(this.#run, record));
    await written;
  }

  #show(run: Run): void {
    this.#run = run;
    this.#options.onChange();
  }
}

/** A platform may repeat a key in an error: nothing that is stored or shown keeps it. */
function withoutSecrets(event: JournalEvent, secrets: Secrets): JournalEvent {
  const text = JSON.stringify(event);
  const clean = secrets.redact(text);
  return clean === text ? event : (JSON.parse(clean) as JournalEvent);
}
