import { CircuitState, isBrokenCircuitError } from 'cockatiel';
import type { BrowserContext, BrowserContextOptions } from 'playwright';
import type { Logger } from 'pino';
import { asGreenroomError, GreenroomError, toErrorData } from '../../shared/errors.ts';
import type { BrowserInfo } from '../../shared/protocol.ts';
import { raceAbort } from '../timing/abort.ts';
import type { BrowserBackend, ContextLease } from './backend.ts';
import { browserCrashed, draining } from './browserErrors.ts';
import { climbLadder, CLOSE_MS, settlesWithin } from './closeLadder.ts';
import type { LaunchedBrowser } from './launchChromium.ts';
import { LAUNCH_LIMITS, launchPolicy } from './launchPolicy.ts';
import type { LaunchLimits } from './launchPolicy.ts';

export interface SharedBackendOptions {
  /** Finds and starts a browser. Errors: `browser-missing`, `browser-launch-failed`. */
  launch(signal: AbortSignal): Promise<LaunchedBrowser>;
  /** Closes the browser after this time without a session, so that its memory goes back. Default 300 000. */
  idleMs?: number;
  limits?: LaunchLimits;
  logger: Logger;
}

/** One launch of the browser. */
interface Generation extends LaunchedBrowser {
  readonly epoch: number;
}

const NEW_CONTEXT_MS = 15_000;
const PROBE_MS = 2_000;

/** One browser for everybody, launched at first need; a fresh context for each session. */
export function createSharedBackend(options: SharedBackendOptions): BrowserBackend {
  const { logger, idleMs = 300_000, limits = LAUNCH_LIMITS } = options;
  const { policy, breaker } = launchPolicy(limits);
  const stop = new AbortController();
  const lostListeners = new Set<(epoch: number, why: string) => void>();
  const changeListeners = new Set<() => void>();
  /** Sessions that use or await the browser; while there is one, the browser is not idle. */
  const users = new Set<symbol>();
  let epoch = 0;
  let launching: Promise<Generation> | undefined;
  let current: Generation | undefined;
  let closing: Promise<void> | undefined;
  let problem: GreenroomError | undefined;
  let openUntil = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  breaker.onBreak(() => (openUntil = Date.now() + limits.openMs));

  function changed(): void {
    for (const listener of changeListeners) listener();
  }

  function ready(): Promise<Generation> {
    if (current !== undefined) return Promise.resolve(current);
    if (launching !== undefined) return launching;
    const promise = launch().finally(() => {
      if (launching === promise) launching = undefined;
      changed();
      armIdle();
    });
    launching = promise;
    // Those who wait for it hear of its failure; it may be that nobody waits any more.
    promise.catch(() => undefined);
    changed();
    return promise;
  }

  async function launch(): Promise<Generation> {
    await closing;
    try {
      const launched = await policy.execute(() => {
        stop.signal.throwIfAborted();
        return options.launch(stop.signal);
      });
      const generation: Generation = { ...launched, epoch: (epoch += 1) };
      problem = undefined;
      current = generation;
      void launched.lost.then((why) => discard(generation, why));
      return generation;
    } catch (error) {
      const typed = stop.signal.aborted ? draining() : typedLaunchError(error);
      if (typed.code !== 'draining') problem = typed;
      logger.error({ err: typed }, 'the browser could not be launched');
      throw typed;
    }
  }

  function typedLaunchError(error: unknown): GreenroomError {
    if (!isBrokenCircuitError(error)) {
      return asGreenroomError(error, 'browser-launch-failed', 'Look in the log for details.');
    }
    const seconds = Math.max(1, Math.ceil((openUntil - Date.now()) / 1000));
    const cause = problem?.cause instanceof GreenroomError ? problem.cause : problem;
    return new GreenroomError(
      'browser-launch-failed',
      `The browser failed to start several times and is not tried again for ${seconds} s. ${cause?.message ?? ''}`.trim(),
      cause?.data.next ?? 'Look in the log for details.',
      { facts: { retryInMs: seconds * 1000 }, retryable: true, cause },
    );
  }

  /** A browser that crashed or hangs: everybody concerned hears of it, what is left of it is killed. */
  function discard(generation: Generation, why: string): void {
    if (current !== generation) return;
    current = undefined;
    logger.warn({ pid: generation.pid, epoch: generation.epoch, why }, 'browser lost');
    finish(generation.kill());
    for (const listener of lostListeners) listener(generation.epoch, why);
  }

  function finish(end: Promise<void>): void {
    const promise = end.finally(() => {
      if (closing === promise) closing = undefined;
      changed();
    });
    closing = promise;
    changed();
  }

  function armIdle(): void {
    clearTimeout(idleTimer);
    const idle = current;
    if (idle === undefined || users.size > 0) return;
    idleTimer = setTimeout(() => {
      if (current !== idle || users.size > 0) return;
      logger.info({ pid: idle.pid }, 'closing the idle browser');
      current = undefined;
      finish(idle.close());
    }, idleMs);
    idleTimer.unref();
  }

  function leave(user: symbol): void {
    if (users.delete(user) && users.size === 0) armIdle();
  }

  async function newContext(
    generation: Generation,
    contextOptions: BrowserContextOptions | undefined,
    signal: AbortSignal,
  ): Promise<BrowserContext> {
    const opening = generation.browser.newContext(contextOptions);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(browserCrashed('it no longer answers')), NEW_CONTEXT_MS);
    });
    const lost = generation.lost.then((why): never => {
      throw browserCrashed(why);
    });
    lost.catch(() => undefined);
    try {
      return await raceAbort(Promise.race([opening, late, lost]), signal);
    } catch (error) {
      // A context that comes after all belongs to nobody.
      opening.then((context) => closeContext(generation, context)).catch(() => undefined);
      if (signal.aborted) throw signal.reason;
      if (toErrorData(error).code === 'browser-crashed') discard(generation, 'it no longer answers');
      else if (!generation.browser.isConnected()) throw browserCrashed('it closed its connection');
      throw asGreenroomError(error, 'internal', 'Check the options of the browser context.');
    } finally {
      clearTimeout(timer);
    }
  }

  /** The upper rungs of the close ladder. Never rejects. A browser that hangs here is killed with all it holds. */
  async function closeContext(generation: Generation, context: BrowserContext): Promise<void> {
    if (context.isClosed() || current !== generation) return;
    const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
    const closePages = (): Promise<unknown> =>
      Promise.allSettled(context.pages().map((page) => page.close()));
    const rung = await climbLadder(
      [
        { name: 'pages', deadlineMs: CLOSE_MS.page, climb: () => closePages().then(() => context.close()) },
        { name: 'context', deadlineMs: CLOSE_MS.context, climb: () => context.close() },
      ],
      Promise.race([closed, generation.lost]),
    );
    if (rung !== undefined) return;
    if (await answers(generation)) logger.error({ epoch: generation.epoch }, 'a context does not close');
    else discard(generation, 'it no longer answers');
  }

  async function answers(generation: Generation): Promise<boolean> {
    const probe = generation.browser
      .newBrowserCDPSession()
      .then((session) => session.send('Browser.getVersion').then(() => session.detach()));
    return settlesWithin(probe, PROBE_MS);
  }

  return {
    name: 'shared',

    info(): BrowserInfo {
      const info: BrowserInfo = { state: 'absent', backend: 'shared', epoch };
      if (current !== undefined) {
        return {
          ...info,
          state: 'ready',
          version: current.browser.version(),
          pid: current.pid,
          startedAt: current.startedAt,
        };
      }
      if (launching !== undefined && breaker.state !== CircuitState.Open)
        return { ...info, state: 'launching' };
      if (closing !== undefined) return { ...info, state: 'closing' };
      if (problem === undefined) return info;
      return { ...info, state: 'broken', problem: `${problem.message} ${problem.data.next}` };
    },

    async acquire(contextOptions, signal): Promise<ContextLease> {
      signal.throwIfAborted();
      if (stop.signal.aborted) throw draining();
      const user = Symbol();
      users.add(user);
      clearTimeout(idleTimer);
      try {
        const generation = await raceAbort(ready(), signal);
        const context = await newContext(generation, contextOptions, signal);
        let released: Promise<void> | undefined;
        return {
          context,
          epoch: generation.epoch,
          release: () => (released ??= closeContext(generation, context).finally(() => leave(user))),
        };
      } catch (error) {
        leave(user);
        throw error;
      }
    },

    onLost(listener) {
      lostListeners.add(listener);
      return () => lostListeners.delete(listener);
    },

    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },

    async close() {
      stop.abort(draining());
      clearTimeout(idleTimer);
      await launching?.catch(() => undefined);
      const last = current;
      current = undefined;
      if (last !== undefined) finish(last.close());
      await closing;
    },
  };
}
