import assert from 'node:assert/strict';
import { ServerClient } from '../../client/server.ts';
import type { Link, LinkEvents } from '../../client/server.ts';
import { Repository } from '../../client/state.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { RequestMethod, ResultOf, Snapshot } from '../../shared/protocol.ts';
import { sampleRun, sampleSnapshot } from './clientSamples.ts';

/** A server on the other end: what it was asked, and the means to hang up. */
interface FakeServer {
  events: LinkEvents;
  asked: RequestMethod[];
  closed: boolean;
}

const UNREACHABLE = new GreenroomError('deadline', 'It did not answer.', 'Look in the log.');

function setup(options: { snapshot?: () => Snapshot; open?: () => Promise<void> | undefined } = {}) {
  const repository = new Repository();
  const servers: FakeServer[] = [];
  const clock = { now: 0 };
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const client = new ServerClient({
    repository,
    log: { info: log, warn: log, error: log },
    now: () => clock.now,
    open: async (events) => {
      await options.open?.();
      const server: FakeServer = { events, asked: [], closed: false };
      servers.push(server);
      const link: Link = {
        identity: { protocol: 1, version: '0.1.0', pid: servers.length, startedAt: 0, draining: false },
        request<M extends RequestMethod>(method: M): Promise<ResultOf<M>> {
          server.asked.push(method);
          const result = method === 'state/attach' ? (options.snapshot?.() ?? sampleSnapshot()) : {};
          return Promise.resolve(result as ResultOf<M>);
        },
        close: () => {
          server.closed = true;
          return Promise.resolve();
        },
      };
      return link;
    },
  });
  const states: string[] = [];
  client.onDidChangeState(({ kind }) => states.push(kind));
  const settled = (): Promise<void> => client.ensureReady().catch(() => undefined);
  return { client, repository, servers, states, clock, lines, settled };
}

describe('the client of the server', () => {
  it('opens nothing before its first use', () => {
    const { client, servers } = setup();
    assert.equal(client.state.kind, 'idle');
    assert.equal(servers.length, 0);
  });

  it('opens one connection for many requests at once', async () => {
    const { client, servers, states } = setup();
    await Promise.all([client.ensureReady(), client.request('health/get', {}), client.ensureReady()]);
    assert.equal(servers.length, 1);
    assert.deepEqual(states, ['starting', 'ready']);
  });

  it('says why it failed, and tries again at the next use', async () => {
    let broken = true;
    const { client, states } = setup({ open: () => (broken ? Promise.reject(UNREACHABLE) : undefined) });
    await assert.rejects(client.ensureReady(), { message: 'It did not answer.' });
    assert.equal(client.state.kind === 'failed' && client.state.error.next, 'Look in the log.');
    broken = false;
    await client.ensureReady();
    assert.deepEqual(states, ['starting', 'failed', 'starting', 'ready']);
  });

  it('connects again by itself when the connection breaks, and gets a new snapshot', async () => {
    const { client, servers, states, settled, repository } = setup();
    await client.ensureReady();
    servers[0]?.events.closed();
    assert.equal(states.at(-1), 'starting');
    await settled();
    assert.deepEqual(states, ['starting', 'ready', 'starting', 'ready']);
    assert.deepEqual(servers[1]?.asked, ['state/attach']);
    assert.ok(repository.server);
  });

  it('gives up on a server that keeps dying, and tries again when the user asks', async () => {
    const { client, servers, states, settled } = setup();
    await client.ensureReady();
    for (let crash = 0; crash < 3; crash += 1) {
      servers.at(-1)?.events.closed();
      await settled();
    }
    assert.equal(states.at(-1), 'ready');
    servers.at(-1)?.events.closed();
    assert.equal(states.at(-1), 'failed');
    assert.equal(servers.length, 4);
    await client.restart();
    assert.equal(states.at(-1), 'ready');
  });

  it('forgives crashes that lie far apart', async () => {
    const { client, servers, clock, settled } = setup();
    await client.ensureReady();
    for (let crash = 0; crash < 6; crash += 1) {
      clock.now += 120_000;
      servers.at(-1)?.events.closed();
      await settled();
    }
    assert.equal(client.state.kind, 'ready');
  });

  it('does not bring back a server that said why it left', async () => {
    const { client, servers, repository } = setup({
      snapshot: () => sampleSnapshot({ runs: [sampleRun()] }),
    });
    await client.ensureReady();
    servers[0]?.events.leaving('Version 0.2.0 takes over.');
    servers[0]?.events.closed();
    assert.deepEqual(client.state, { kind: 'stopped', reason: 'Version 0.2.0 takes over.' });
    assert.equal(repository.runs.length, 0);
    assert.equal(servers.length, 1);
  });

  it('ignores the late end of a connection it has given up', async () => {
    const { client, servers } = setup();
    await client.ensureReady();
    await client.restart();
    assert.equal(servers.length, 2);
    servers[0]?.events.closed();
    servers[0]?.events.changed({ version: 2, runs: { changed: [sampleRun()], removed: [] } });
    assert.equal(client.state.kind, 'ready');
    assert.equal(servers.length, 2);
  });

  it('joins restarts that come at once', async () => {
    const { client, servers } = setup();
    await client.ensureReady();
    await Promise.all([client.restart(), client.restart(), client.restart()]);
    assert.equal(servers.length, 2);
    assert.deepEqual(servers[0]?.asked.filter((method) => method === 'server/stop').length, 1);
  });

  it('asks for one new snapshot when it missed a change', async () => {
    let version = 1;
    const { client, servers, repository } = setup({ snapshot: () => sampleSnapshot({ version }) });
    await client.ensureReady();
    version = 9;
    servers[0]?.events.changed({ version: 5 });
    servers[0]?.events.changed({ version: 6 });
    await new Promise(setImmediate);
    assert.deepEqual(servers[0]?.asked, ['state/attach', 'state/attach']);
    servers[0]?.events.changed({ version: 10, runs: { changed: [sampleRun()], removed: [] } });
    assert.equal(repository.runs.length, 1);
  });

  it('lets go of the connection, not of the server, when the window closes', async () => {
    const { client, servers } = setup();
    await client.ensureReady();
    await client.close();
    assert.equal(servers[0]?.closed, true);
    assert.doesNotMatch(servers[0]?.asked.join(' ') ?? '', /stop/);
    await assert.rejects(client.request('health/get', {}), { name: 'GreenroomError' });
  });

  /** A client whose first `times` servers leave while they answer the first request. */
  const leaving = (times: number) => {
    const met: { servers?: FakeServer[] } = {};
    const made = setup({
      snapshot: () => {
        const servers = met.servers ?? [];
        if (servers.length <= times) servers.at(-1)?.events.closed();
        return sampleSnapshot();
      },
    });
    met.servers = made.servers;
    return made;
  };

  it('connects again when it met a server that was just leaving', async () => {
    const { client, servers, states } = leaving(1);
    await client.ensureReady();
    assert.deepEqual(
      servers.map(({ closed }) => closed),
      [true, false],
    );
    assert.equal(states.at(-1), 'ready');
  });

  it('fails when server after server hangs up while connecting, and holds no half-open link', async () => {
    const { client, servers, states } = leaving(100);
    await assert.rejects(client.ensureReady(), { message: 'The server left while connecting.' });
    assert.equal(servers.length, 4);
    assert.ok(servers.every(({ closed }) => closed));
    assert.equal(states.at(-1), 'failed');
  });
});
