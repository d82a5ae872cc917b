import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ensureHome } from '../../server/home.ts';
import { readHolder } from '../../server/lifecycle/lock.ts';
import { freshHome, isAlive, typed, until } from '../server/connect.ts';

const CLI = join(import.meta.dirname, '../../server/cli.ts');

/** Runs the command line in a process of its own. */
async function cli(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(async () => !(await isAlive(pid)), 'the killed process to be gone');
}

describe('a server under attack', function () {
  this.timeout(120_000);

  it('is one, however many processes start at once', async () => {
    await using home = freshHome();
    const answers = await Promise.all(Array.from({ length: 20 }, () => cli(home.env, 'health', '--json')));
    const pids = new Set<number>();
    for (const { code, out } of answers) {
      assert.equal(code, 0);
      pids.add((JSON.parse(out) as { server: { pid: number } }).server.pid);
    }
    assert.equal(pids.size, 1);
    assert.deepEqual([...pids], [readHolder(home.paths.lock)?.pid]);
    assert.equal(home.log().match(/the server listens/g)?.length, 1);
  });

  it('is followed by the next one after kill -9, past its stale lock and socket', async () => {
    await using home = freshHome();
    const first = await home.connect();
    await kill(first.server.pid);
    assert.equal(existsSync(home.paths.lock), true);
    assert.equal(existsSync(home.paths.socket), true);
    await assert.rejects(first.connection.request('health/get', {}), typed('network'));
    const clients = await Promise.all(Array.from({ length: 5 }, () => home.connect()));
    assert.equal(new Set(clients.map(({ server }) => server.pid)).size, 1);
    assert.notEqual(clients[0]?.server.pid, first.server.pid);
  });

  it('is followed again and again', async () => {
    await using home = freshHome();
    const pids = new Set<number>();
    for (let round = 0; round < 4; round++) {
      const { server } = await home.connect();
      pids.add(server.pid);
      await kill(server.pid);
    }
    assert.equal(pids.size, 4);
  });

  it('fails its start with one sentence and exit code 1 when its home cannot be used', async () => {
    await using home = freshHome();
    writeFileSync(home.paths.home, 'a file where the folder should be');
    await assert.rejects(home.connect(), (error: { data: { code: string; message: string } }) => {
      assert.match(error.data.message, /exit code 1/);
      return true;
    });
  });

  it('does not answer for a process that merely listens on its socket: the client gives up with a typed error', async () => {
    await using home = freshHome();
    ensureHome(home.paths);
    const impostor: Server = createServer((socket) => socket.destroy());
    impostor.listen(home.paths.socket);
    await once(impostor, 'listening');
    try {
      const begin = performance.now();
      await assert.rejects(home.connect(), typed('deadline'));
      assert.ok(performance.now() - begin < 15_000);
    } finally {
      impostor.close();
    }
  });
});
