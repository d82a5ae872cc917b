import type { Run, RunStep, Session, Snapshot } from '../../shared/protocol.ts';

/** A step as the server would send it, with what a test cares about put over it. */
export function sampleStep(own: Partial<RunStep> & { id: string }): RunStep {
  return {
    title: own.id,
    kind: 'api',
    critical: false,
    needs: [],
    after: [],
    estimateMs: 1000,
    status: 'pending',
    attempts: 1,
    ...own,
  };
}

export function sampleRun(own: Partial<Run> = {}): Run {
  return {
    id: 'R1',
    company: 'Acme Corp',
    website: 'https://acme.example/',
    platform: 'sandbox',
    tenant: '/work',
    status: 'running',
    startedAt: 1_000_000,
    steps: [],
    outcomes: [],
    criticalPath: [],
    journalPath: '/state/runs/R1.jsonl',
    ...own,
  };
}

export function sampleSession(own: Partial<Session> = {}): Session {
  return {
    id: 'S1',
    purpose: 'Provision Acme Corp: dashboard',
    owner: 'R1',
    tenant: '/work',
    state: 'active',
    url: 'http://127.0.0.1:4000/bots?tab=keys',
    pages: 1,
    requestedAt: 1_000_000,
    openedAt: 1_000_200,
    deadlineAt: 1_300_000,
    epoch: 1,
    ...own,
  };
}

export function sampleSnapshot(own: Partial<Snapshot> = {}): Snapshot {
  return {
    version: 1,
    server: {
      pid: 42,
      version: '0.1.0',
      startedAt: 900_000,
      socket: '/state/server.sock',
      draining: false,
      clients: 1,
      browser: { state: 'absent', backend: 'shared', epoch: 0 },
    },
    sessions: [],
    runs: [],
    jobs: [],
    ...own,
  };
}
