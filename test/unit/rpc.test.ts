import assert from 'node:assert/strict';
import type { Job, Run, ServerInfo, Session, StateChange } from '../../shared/protocol.ts';
import { FrameError, FrameGuard } from '../../server/rpc/frameGuard.ts';
import { StateFeed } from '../../server/rpc/stateFeed.ts';
import fc from 'fast-check';

const frame = (body: string, header = `Content-Length: ${Buffer.byteLength(body)}`): Buffer =>
  Buffer.from(`${header}\r\n\r\n${body}`);

/** Sends the chunks through a guard: what comes out, or the error. */
async function through(guard: FrameGuard, chunks: readonly Buffer[]): Promise<Buffer | Error> {
  const out: Buffer[] = [];
  guard.on('data', (chunk: Buffer) => out.push(chunk));
  return new Promise((resolve) => {
    guard.on('error', resolve);
    guard.on('end', () => resolve(Buffer.concat(out)));
    for (const chunk of chunks) guard.write(chunk);
    guard.end();
  });
}

describe('the frame guard', () => {
  it('passes any frames on unchanged, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        async (bodies, cuts) => {
          const all = Buffer.concat(bodies.map((body) => frame(body)));
          const chunks: Buffer[] = [];
          for (let at = 0, cut = 0; at < all.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            chunks.push(all.subarray(at, at + size));
            at += size;
          }
          assert.deepEqual(await through(new FrameGuard(1000), chunks), all);
        },
      ),
      { numRuns: 200 },
    );
  });

  const bad: Record<string, Buffer> = {
    'a request of another protocol': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    'random bytes': Buffer.from([0, 255, 1, 2, 3]),
    'a header without an end': Buffer.from(`Content-Length: 1${' '.repeat(2000)}`),
    'a header without a length': frame('{}', 'Content-Type: x'),
    'a negative length': frame('{}', 'Content-Length: -5'),
    'a length that is no number': frame('{}', 'Content-Length: 1e3'),
    'an empty message': frame(''),
    'an announced length beyond the limit': frame('{}', 'Content-Length: 100000000000'),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    it(`stops at ${what}`, async () => {
      assert.ok((await through(new FrameGuard(1000), [bytes])) instanceof FrameError);
    });
  }
});

describe('the state feed', () => {
  const session = (id: string, extra: Partial<Session> = {}): Session => ({
    id,
    purpose: 'p',
    owner: 'o',
    tenant: 't',
    state: 'active',
    pages: 1,
    requestedAt: 0,
    deadlineAt: 1,
    ...extra,
  });
  const run = (id: string, company = 'Acme'): Run => ({ id, company }) as Run;

  function setUp(): {
    state: { clients: number; sessions: Session[]; runs: Run[]; jobs: Job[] };
    sent: StateChange[];
    feed: StateFeed;
    congested: { now: boolean };
  } {
    const state = { clients: 0, sessions: [] as Session[], runs: [] as Run[], jobs: [] as Job[] };
    const sent: StateChange[] = [];
    const congested = { now: false };
    const feed = new StateFeed({
      source: {
        server: () => ({ clients: state.clients }) as ServerInfo,
        sessions: () => state.sessions,
        runs: () => state.runs,
        jobs: () => state.jobs,
      },
      send: (change) => sent.push(structuredClone(change)),
      congested: () => congested.now,
      intervalMs: 40,
    });
    return { state, sent, feed, congested };
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('sends nothing before a snapshot was asked for', async () => {
    const { feed, sent, state } = setUp();
    state.clients = 1;
    feed.changed({ topic: 'server' });
    await pause(60);
    assert.equal(sent.length, 0);
  });

  it('sends the first change at once and a burst after it as one, in consecutive versions', async () => {
    const { feed, sent, state } = setUp();
    const { version } = feed.snapshot();
    state.runs = [run('r1')];
    feed.changed({ topic: 'runs', id: 'r1' });
    await pause(10);
    assert.equal(sent.length, 1);
    for (let index = 0; index < 200; index++) {
      state.runs = [run('r1', `Acme ${index}`)];
      feed.changed({ topic: 'runs', id: 'r1' });
    }
    await pause(80);
    assert.equal(sent.length, 2);
    assert.deepEqual(
      sent.map((each) => each.version),
      [version + 1, version + 2],
    );
    assert.equal(sent[1]?.runs?.changed[0]?.company, 'Acme 199');
    feed.dispose();
  });

  it('sends only what differs, and what is gone', async () => {
    const { feed, sent, state } = setUp();
    state.sessions = [session('s1'), session('s2')];
    state.runs = [run('r1'), run('r2')];
    feed.snapshot();
    state.sessions = [session('s1'), session('s3')];
    feed.changed({ topic: 'sessions' });
    await pause(60);
    state.runs = [run('r3'), run('r1')];
    feed.changed({ topic: 'runs', id: 'r3' });
    await pause(60);
    assert.deepEqual(sent[0]?.sessions, { changed: [session('s3')], removed: ['s2'] });
    assert.deepEqual(
      sent[1]?.runs?.changed.map(({ id }) => id),
      ['r3'],
    );
    assert.deepEqual(sent[1]?.runs?.removed, ['r2']);
    feed.dispose();
  });

  it('sends nothing when a change changed nothing', async () => {
    const { feed, sent } = setUp();
    feed.snapshot();
    feed.changed({ topic: 'server' });
    feed.changed({ topic: 'sessions' });
    await pause(60);
    assert.equal(sent.length, 0);
    feed.dispose();
  });

  it('merges changes while the client does not read, and catches up in one notification', async () => {
    const { feed, sent, state, congested } = setUp();
    const { version } = feed.snapshot();
    congested.now = true;
    for (let index = 0; index < 20; index++) {
      state.runs = [run('r1', `Acme ${index}`)];
      feed.changed({ topic: 'runs', id: 'r1' });
      await pause(5);
    }
    assert.equal(sent.length, 0);
    congested.now = false;
    feed.resume();
    await pause(60);
    assert.equal(sent.length, 1);
    assert.equal(sent[0]?.version, version + 1);
    assert.equal(sent[0]?.runs?.changed[0]?.company, 'Acme 19');
    feed.dispose();
  });
});
