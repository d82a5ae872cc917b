import assert from 'node:assert/strict';
import {
  type Attempt,
  compareVersions,
  connectOrSpawn,
  type ConnectOptions,
  type ConnectPorts,
  type ConnectProgress,
  type ServerLink,
} from '../../shared/connect.ts';
import { PROTOCOL_VERSION, type ServerIdentity } from '../../shared/protocol.ts';

interface Link extends ServerLink {
  drained: number;
  closed: boolean;
}

const link = (): Link => ({
  drained: 0,
  closed: false,
  drain() {
    this.drained++;
    return Promise.resolve({ activeRuns: 2 });
  },
  close() {
    this.closed = true;
  },
});

const identity = (version: string, draining = false): ServerIdentity => ({
  protocol: PROTOCOL_VERSION,
  version,
  pid: 1,
  startedAt: 0,
  draining,
});

const ABSENT: Attempt<Link> = { kind: 'absent' };
const UNREADY: Attempt<Link> = { kind: 'unready' };
const up = (version = '1.2.0', draining = false): Attempt<Link> => ({
  kind: 'connected',
  connection: link(),
  server: identity(version, draining),
});

/** A world with a virtual clock, where the n-th try meets the n-th attempt and the last one stays. */
function world(attempts: (Attempt<Link> | ((now: number) => Attempt<Link>))[]): {
  ports: ConnectPorts<Link>;
  spawns: number[];
  tries: number[];
  clock(): number;
} {
  let clock = 0;
  const spawns: number[] = [];
  const tries: number[] = [];
  return {
    spawns,
    tries,
    clock: () => clock,
    ports: {
      tryConnect: () => {
        const next = attempts[Math.min(tries.length, attempts.length - 1)] ?? ABSENT;
        tries.push(clock);
        return Promise.resolve(typeof next === 'function' ? next(clock) : next);
      },
      spawn: () => {
        spawns.push(clock);
        return { exit: () => undefined };
      },
      sleep: (ms) => {
        clock += ms;
        return Promise.resolve();
      },
      now: () => clock,
      random: () => 0.5,
    },
  };
}

const options: ConnectOptions = { version: '1.2.0', logPath: '/logs/server.log' };

describe('connect or spawn', () => {
  it('uses a server that is there and starts none', async () => {
    const { ports, spawns } = world([up()]);
    assert.equal((await connectOrSpawn(ports, options)).spawned, false);
    assert.deepEqual(spawns, []);
  });

  it('starts a server when there is none and waits for it with growing pauses', async () => {
    const { ports, spawns, tries } = world([ABSENT, ABSENT, ABSENT, up()]);
    assert.equal((await connectOrSpawn(ports, options)).spawned, true);
    assert.deepEqual(spawns, [0]);
    assert.deepEqual(tries.map(Math.round), [0, 25, 63, 119]);
  });

  it('starts no second server while something listens but is not ready', async () => {
    const { ports, spawns } = world([ABSENT, UNREADY, UNREADY, UNREADY, UNREADY, UNREADY, up()]);
    await connectOrSpawn(ports, options);
    assert.equal(spawns.length, 1);
  });

  it('gives up after ten seconds and names the log, having started one server that never answered', async () => {
    const { ports, spawns, clock } = world([ABSENT]);
    await assert.rejects(
      connectOrSpawn(ports, options),
      (error: { data: { code: string; next: string } }) => {
        assert.equal(error.data.code, 'deadline');
        assert.match(error.data.next, /\/logs\/server\.log/);
        return true;
      },
    );
    assert.ok(clock() >= 10_000 && clock() < 11_500, String(clock()));
    assert.equal(spawns.length, 1);
  });

  it('starts another server at the earliest two seconds after one that found the home taken', async () => {
    const { ports, clock } = world([ABSENT]);
    const spawns: number[] = [];
    ports.spawn = () => {
      spawns.push(clock());
      return { exit: () => ({ code: 0, signal: null }) };
    };
    await assert.rejects(connectOrSpawn(ports, options), { code: 'deadline' });
    assert.ok(spawns.length > 1 && spawns.length <= 4, String(spawns.length));
    for (let index = 1; index < spawns.length; index++) {
      assert.ok((spawns[index] ?? 0) - (spawns[index - 1] ?? 0) >= 2000);
    }
  });

  it('says at once that the server died while starting, and where its log is', async () => {
    const { ports } = world([ABSENT]);
    ports.spawn = () => ({ exit: () => ({ code: 1, signal: null }) });
    await assert.rejects(connectOrSpawn(ports, options), /exit code 1/);
  });

  it('takes exit code 0 of a started server as another one being faster', async () => {
    const { ports } = world([ABSENT, ABSENT, up()]);
    ports.spawn = () => ({ exit: () => ({ code: 0, signal: null }) });
    assert.equal((await connectOrSpawn(ports, options)).server.version, '1.2.0');
  });

  it('drains an older server, tells the progress, and starts its own when that one is gone', async () => {
    const older = up('1.1.9');
    const { ports, spawns } = world([older, up('1.1.9', true), ABSENT, up()]);
    const progress: ConnectProgress[] = [];
    const connected = await connectOrSpawn(ports, { ...options, onProgress: (each) => progress.push(each) });
    assert.equal(connected.server.version, '1.2.0');
    assert.ok(older.kind === 'connected' && older.connection.drained === 1 && older.connection.closed);
    assert.equal(spawns.length, 1);
    assert.deepEqual(progress[0], { phase: 'draining', version: '1.1.9', activeRuns: 2 });
    assert.deepEqual(progress.at(-1), { phase: 'starting' });
  });

  it('waits for an older server no longer than allowed', async () => {
    const { ports, spawns, clock } = world([(): Attempt<Link> => up('1.0.0')]);
    const short = { ...options, drainTimeoutMs: 30_000 };
    await assert.rejects(connectOrSpawn(ports, short), { code: 'version-mismatch' });
    assert.ok(clock() < 32_000);
    assert.deepEqual(spawns, []);
  });

  it('drains a server of an older protocol over the refused connection', async () => {
    const refused = link();
    const error = {
      code: 'version-mismatch' as const,
      message: 'm',
      next: 'n',
      retryable: false,
      facts: { serverProtocol: PROTOCOL_VERSION - 1, serverVersion: '0.9.0' },
    };
    const { ports } = world([{ kind: 'refused', connection: refused, error }, ABSENT, up()]);
    await connectOrSpawn(ports, options);
    assert.equal(refused.drained, 1);
  });

  it('leaves a server of a newer protocol alone and passes its typed error on', async () => {
    const refused = link();
    const error = {
      code: 'version-mismatch' as const,
      message: 'newer',
      next: 'update',
      retryable: false,
      facts: { serverProtocol: PROTOCOL_VERSION + 1, serverVersion: '9.0.0' },
    };
    const { ports, spawns } = world([{ kind: 'refused', connection: refused, error }]);
    await assert.rejects(connectOrSpawn(ports, options), { data: { ...error } });
    assert.equal(refused.drained, 0);
    assert.deepEqual(spawns, []);
  });

  it('is served by a newer server of the same protocol', async () => {
    const { ports } = world([up('1.3.0')]);
    assert.equal((await connectOrSpawn(ports, options)).server.version, '1.3.0');
  });

  it('orders versions by number, not by text', () => {
    assert.ok(compareVersions('1.10.0', '1.9.9') > 0);
    assert.ok(compareVersions('0.9.9', '1.0.0') < 0);
    assert.equal(compareVersions('1.0.0-beta.1', '1.0.0'), 0);
  });
});
