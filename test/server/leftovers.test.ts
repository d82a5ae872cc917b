import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endLeftovers, leftovers, RUN_ID } from '../harness/leftovers.ts';

describe('the look for processes that tests left', () => {
  it('finds a detached grandchild, and nobody else', async function () {
    if (process.platform !== 'linux') this.skip(); // elsewhere a process is known by its folder
    const runId = `test-${process.pid}`;
    const grandchild = "process.send('up'); setInterval(() => {}, 1000)";
    const child = spawn(
      process.execPath,
      [
        '-e',
        `const one = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}],
           { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
         one.once('message', () => { console.log(one.pid); one.disconnect(); one.unref(); });`,
      ],
      { env: { ...process.env, [RUN_ID]: runId }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [[line]] = (await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])) as [
      [Buffer],
      unknown,
    ];
    const pid = Number(String(line));
    const left = await leftovers(runId, 0);
    endLeftovers(left);
    assert.deepEqual(
      left.map((one) => one.pid),
      [pid],
    );
    assert.deepEqual(await leftovers(runId), []);
  });
});
