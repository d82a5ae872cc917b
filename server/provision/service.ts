import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { Plan, ProvisionParams, Run, TaskParams, TaskResult } from '../../shared/protocol.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { Browsers } from '../browser/backend.ts';
import type { Extractor } from '../scrape/extractor.ts';
import { raceAbort } from '../timing/abort.ts';
import type { RunContext, Secrets } from './context.ts';
import { DashboardSession } from './dashboardSession.ts';
import { readHistory, readRunById } from './history.ts';
import { LiveRun } from './liveRun.ts';
import { describePlan, planSteps } from './plan.ts';
import { choose, type Registry } from './registry.ts';
import type { Runs } from './runs.ts';
import { botHandle, resolveSpec } from './spec.ts';
import { runBrowserTask } from './tasks.ts';

export interface RunsOptions {
  /** Folder of all runs; each has one of its own in `<year>-<month>/<id>`. */
  dir: string;
  registry: Registry;
  browsers: () => Promise<Browsers>;
  extractor: () => Promise<Extractor>;
  browserDeadlineMs: () => number;
  redactor: Secrets;
  version: string;
  logger: Logger;
}

const LISTED = 50;

/** Makes the runs service; reads the newest runs of earlier lives from their journals. */
export async function createRuns(options: RunsOptions): Promise<Runs> {
  return new RunsService(options, await readHistory(options.dir, LISTED));
}

class RunsService implements Runs {
  readonly #options: RunsOptions;
  readonly #live = new Map<string, LiveRun>();
  readonly #listeners = new Set<(runId: string) => void>();
  /** Ended runs, newest first. */
  #history: Run[];
  #disposed = false;

  constructor(options: RunsOptions, history: Run[]) {
    this.#options = options;
    this.#history = history;
  }

  async plan(params: ProvisionParams): Promise<Plan> {
    const context = await this.#context('plan', '', params, params.apiKey ?? '(given when it runs)');
    return describePlan(context.spec, planSteps(context));
  }

  async start(params: ProvisionParams, tenant: string): Promise<string> {
    this.#admit();
    const runId = ulid();
    const context = await this.#context(runId, tenant, params, params.apiKey);
    this.#admit();
    await mkdir(context.dir, { recursive: true, mode: 0o700 });
    const run = await LiveRun.start({
      context,
      ...(params.specPath === undefined ? {} : { specPath: params.specPath }),
      onChange: () => this.#changed(runId),
    });
    this.#live.set(runId, run);
    this.#changed(runId);
    // The server may have begun to leave while the journal was made.
    if (this.#disposed) run.cancel(leaving());
    void run.ended.then((ended) => {
      this.#live.delete(runId);
      this.#history = [ended, ...this.#history].slice(0, LISTED);
      this.#changed(runId);
    });
    return runId;
  }

  async wait(runId: string, signal?: AbortSignal): Promise<Run> {
    const live = this.#live.get(runId);
    if (live === undefined) return this.#find(runId);
    if (signal === undefined) return await live.ended;
    try {
      return await raceAbort(live.ended, signal);
    } catch {
      return await this.cancel(runId);
    }
  }

  async get(runId: string): Promise<Run> {
    return this.#find(runId);
  }

  async cancel(runId: string): Promise<Run> {
    const live = this.#live.get(runId);
    if (live === undefined) return this.#find(runId);
    live.cancel(new GreenroomError('cancelled', 'The run was cancelled.', 'Start it again when you like.'));
    return await live.ended;
  }

  list(): Run[] {
    const live = [...this.#live.values()].map((run) => run.state);
    return [...live.toSorted((a, b) => (a.id < b.id ? 1 : -1)), ...this.#history].slice(0, LISTED);
  }

  active(): number {
    return this.#live.size;
  }

  onChange(listener: (runId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async runTask(params: TaskParams, tenant: string, signal: AbortSignal): Promise<TaskResult> {
    const platform = await choose(this.#options.registry.platforms, params.platform, 'platform');
    const browsers = await this.#options.browsers();
    return await runBrowserTask({
      params,
      platform,
      browsers,
      tenant,
      signal,
      secrets: this.#options.redactor,
    });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#live.keys()].map((runId) => this.cancel(runId)));
  }

  #admit(): void {
    if (this.#disposed) throw leaving();
  }

  async #find(runId: string): Promise<Run> {
    const run =
      this.#live.get(runId)?.state ??
      this.#history.find(({ id }) => id === runId) ??
      (await readRunById(this.#options.dir, runId));
    if (run !== undefined) return run;
    throw new GreenroomError(
      'not-found',
      `There is no run ${runId}.`,
      'List the runs with "greenroom runs".',
    );
  }

  #changed(runId: string): void {
    for (const listener of this.#listeners) listener(runId);
  }

  async #context(
    runId: string,
    tenant: string,
    params: ProvisionParams,
    apiKey: string | undefined,
  ): Promise<RunContext> {
    const { registry, dir, version, redactor, logger } = this.#options;
    const browserDeadlineMs = this.#options.browserDeadlineMs();
    const { spec, actions } = await resolveSpec({ ...params, ...(apiKey === undefined ? {} : { apiKey }) });
    const [platform, mockHost, writer, browsers, extractor] = await Promise.all([
      choose(registry.platforms, spec.platform, 'platform'),
      choose(registry.mockHosts, spec.mockHost, 'mockHost'),
      choose(registry.writers, spec.writer, 'writer'),
      this.#options.browsers(),
      this.#options.extractor(),
    ]);
    const dashboard = new DashboardSession(browsers, {
      purpose: `Provision ${spec.company}: ${platform.title} dashboard`,
      owner: runId,
      tenant,
      deadlineMs: browserDeadlineMs,
    });
    return {
      runId,
      tenant,
      version,
      spec,
      dir: join(dir, new Date().toISOString().slice(0, 7), runId),
      handle: botHandle(spec.company),
      platform,
      mockHost,
      writer,
      browsers,
      extractor,
      dashboard,
      specActions: actions,
      apiKey,
      browserDeadlineMs,
      secrets: redactor,
      logger: logger.child({ runId }),
    };
  }
}

function leaving(): GreenroomError {
  return new GreenroomError('draining', 'The server is leaving.', 'Try again in a moment.');
}
