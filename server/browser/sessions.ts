import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { GreenroomError } from '../../shared/errors.ts';
import type { PoolInfo, Session } from '../../shared/protocol.ts';
import { AdmissionQueue } from './admissionQueue.ts';
import type { BrowserBackend, Browsers, BrowserSession, ContextLease, SessionRequest } from './backend.ts';
import {
  browserCrashed,
  cancelled,
  draining,
  queueFull,
  sessionClosed,
  sessionDeadline,
  tooManyPages,
  waitOutlasted,
} from './browserErrors.ts';
import { OpenedSession } from './session.ts';
import { shownUrl } from './shownUrl.ts';

export interface BrowsersOptions {
  backend: BrowserBackend;
  /** Pages open at once over all sessions, and sessions that may wait. */
  limits: () => { capacity: number; maxQueue: number };
  /** Milliseconds since the epoch. */
  now?: () => number;
  logger: Logger;
}

/** A lease from the request to the end of its clean-up. */
interface Lease {
  readonly id: string;
  readonly request: SessionRequest;
  readonly slots: number;
  readonly requestedAt: number;
  readonly end: AbortController;
  readonly granted: PromiseWithResolvers<void>;
  state: Session['state'];
  deadlineAt: number;
  openedAt?: number;
  opened?: OpenedSession;
  context?: ContextLease;
  timer?: NodeJS.Timeout;
  stopFollowing?: () => void;
  ended?: Promise<void>;
}

const SESSION_MS = 300_000;
const QUEUE_MS = 120_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The sessions of all tenants over one backend. */
export function createBrowsers(options: BrowsersOptions): Browsers {
  const { backend, limits, logger, now = Date.now } = options;
  const queue = new AdmissionQueue(limits);
  const leases = new Map<string, Lease>();
  const listeners = new Set<() => void>();
  let announced = false;
  let disposed: Promise<void> | undefined;

  function changed(): void {
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  }

  const unsubscribe = [
    backend.onChange(changed),
    backend.onLost((epoch, why) => {
      for (const lease of leases.values())
        if (lease.context?.epoch === epoch) void end(lease, browserCrashed(why));
    }),
  ];

  function pool(): PoolInfo {
    return { capacity: queue.capacity, leased: queue.leased, waiting: queue.waiting };
  }

  function setTimer(lease: Lease, ms: number, reason: () => Error): void {
    clearTimeout(lease.timer);
    lease.deadlineAt = now() + ms;
    lease.timer = setTimeout(() => void end(lease, reason()), Math.min(ms, LONGEST_TIMER_MS));
  }

  /**
   * Ends a lease, whatever its state. Everybody who waits for it hears the reason at once; resolves when its context
   * is closed and its slots are free. Idempotent.
   */
  function end(lease: Lease, reason: Error): Promise<void> {
    lease.ended ??= (async () => {
      clearTimeout(lease.timer);
      lease.stopFollowing?.();
      lease.state = 'closing';
      lease.end.abort(reason);
      lease.granted.reject(reason);
      changed();
      try {
        await lease.context?.release();
      } catch (error) {
        logger.error({ err: error, session: lease.id }, 'a session did not close cleanly');
      } finally {
        leases.delete(lease.id);
        for (const id of queue.leave(lease.id)) leases.get(id)?.granted.resolve();
        changed();
      }
    })();
    return lease.ended;
  }

  function follow(lease: Lease, signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const onAbort = (): void => void end(lease, cancelled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    lease.stopFollowing = () => signal.removeEventListener('abort', onAbort);
  }

  async function open(request: SessionRequest): Promise<BrowserSession> {
    const { pages: slots = 1, deadlineMs = SESSION_MS, queueTimeoutMs = QUEUE_MS, signal } = request;
    if (disposed !== undefined) throw draining();
    if (signal?.aborted) throw cancelled(signal);
    if (!Number.isInteger(slots) || slots < 1 || slots > queue.capacity)
      throw tooManyPages(slots, queue.capacity);

    const lease: Lease = {
      id: ulid(),
      request,
      slots,
      requestedAt: now(),
      end: new AbortController(),
      granted: Promise.withResolvers<void>(),
      state: 'waiting',
      deadlineAt: 0,
    };
    const admission = queue.enter(lease.id, slots);
    if (admission === 'full') throw queueFull(pool(), limits().maxQueue);
    lease.granted.promise.catch(() => undefined);
    if (admission === 'granted') lease.granted.resolve();
    leases.set(lease.id, lease);
    follow(lease, signal);
    setTimer(lease, queueTimeoutMs, () => waitOutlasted(pool(), now() - lease.requestedAt));
    changed();

    try {
      await lease.granted.promise;
      lease.end.signal.throwIfAborted();
      lease.state = 'opening';
      setTimer(lease, deadlineMs, () => sessionDeadline(deadlineMs));
      changed();
      const context = await backend.acquire(request.contextOptions, lease.end.signal);
      return await opened(lease, context, deadlineMs);
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      await end(lease, reason);
      throw lease.end.signal.reason;
    }
  }

  async function opened(lease: Lease, context: ContextLease, deadlineMs: number): Promise<BrowserSession> {
    if (lease.end.signal.aborted) {
      await context.release();
      throw lease.end.signal.reason;
    }
    lease.context = context;
    const session = new OpenedSession({
      id: lease.id,
      slots: lease.slots,
      lease: context,
      signal: lease.end.signal,
      end: (reason) => end(lease, reason),
      onChange: changed,
    });
    lease.opened = session;
    lease.openedAt = now();
    lease.state = 'active';
    setTimer(lease, deadlineMs, () => sessionDeadline(deadlineMs));
    changed();
    return session;
  }

  function show(lease: Lease): Session {
    const { id, request, state, requestedAt, openedAt, deadlineAt, opened: session, context } = lease;
    const url = session?.url;
    const position = queue.position(id);
    return {
      id,
      purpose: request.purpose,
      owner: request.owner,
      tenant: request.tenant,
      state,
      pages: session?.pages.length ?? 0,
      requestedAt,
      deadlineAt,
      ...(url === undefined ? {} : { url: shownUrl(url) }),
      ...(openedAt === undefined ? {} : { openedAt }),
      ...(context === undefined ? {} : { epoch: context.epoch }),
      ...(position === undefined ? {} : { queue: { position, reason: whyWaiting(lease) } }),
    };
  }

  function whyWaiting(lease: Lease): string {
    const { capacity, leased } = pool();
    const ahead = (queue.position(lease.id) ?? 1) - 1;
    if (ahead > 0) return `${leased} of ${capacity} pages are in use and ${ahead} came before it`;
    return lease.slots === 1
      ? `all ${capacity} pages are in use`
      : `${leased} of ${capacity} pages are in use and it needs ${lease.slots}`;
  }

  /** Returns how many it ended; resolves when those that were closing already are gone as well. */
  async function endAll(reason: () => Error, tenant?: string): Promise<number> {
    const chosen = [...leases.values()].filter(
      ({ request }) => tenant === undefined || request.tenant === tenant,
    );
    const endedHere = chosen.filter((lease) => lease.ended === undefined).length;
    // Those who wait go first: otherwise each slot that becomes free would let the next one in.
    chosen.sort((a, b) => Number(b.state === 'waiting') - Number(a.state === 'waiting'));
    await Promise.all(chosen.map((lease) => end(lease, reason())));
    return endedHere;
  }

  return {
    open,
    list: () => [...leases.values()].map(show),
    async close(sessionId) {
      const lease = leases.get(sessionId);
      if (lease === undefined) {
        throw new GreenroomError(
          'not-found',
          `There is no session ${sessionId}.`,
          'It may have ended by itself.',
        );
      }
      await end(lease, sessionClosed('by hand'));
    },
    closeAll: (tenant) => endAll(() => sessionClosed('by hand, with all others'), tenant),
    info: () => backend.info(),
    pool,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      disposed ??= (async () => {
        await endAll(draining);
        await backend.close();
        for (const stop of unsubscribe) stop();
        listeners.clear();
      })();
      return disposed;
    },
  };
}
