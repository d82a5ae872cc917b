import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { packagesAreCurrent } from '../../server/setup/packages.mjs';
import { Problem, sentence } from '../../server/setup/problem.mjs';
import { npmProblem, run } from '../../server/setup/run.mjs';
import { fingerprint, ROOT } from '../../server/setup/sources.mjs';
import { thirdPartyNotices } from '../../server/setup/notices.mjs';

describe('set-up', () => {
  it('sees that the packages it runs on are installed', () => {
    assert.equal(packagesAreCurrent(), true);
  });

  it('tells the remedy for what makes npm fail', () => {
    const told = (output: string): string => npmProblem(output, 'Installing packages').message;
    assert.match(told('npm error code ENOTFOUND\nnpm error network request'), /registry cannot be reached/);
    assert.match(told('connect ECONNREFUSED 127.0.0.1:9'), /registry cannot be reached/);
    assert.match(told('npm error code EUSAGE\n... are in sync'), /run `npm install` once/);
    assert.match(told('ENOSPC: no space left on device'), /disk is full/);
    assert.match(told('npm error code EACCES\nnpm error path /x'), /cannot be written/);
    assert.match(told('npm error 404 E404'), /refuses a package/);
    assert.match(told('something new'), /setup\.log/);
  });

  it('makes one sentence of whatever goes wrong', () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/x' });
    assert.equal(sentence(full), 'The disk is full (/x): free some space and run this again.');
    assert.equal(
      sentence(new Problem('Node 18 is too old', 'install a newer one')),
      'Node 18 is too old: install a newer one.',
    );
    for (const thrown of [new Error('first\n    at second'), 'a string', undefined])
      assert.doesNotMatch(sentence(thrown), /\n/);
  });

  it('takes a command that is not there for a problem, not for a crash', async () => {
    await assert.rejects(run('greenroom-no-such-command', []), (error: Error) => {
      assert.equal(error.name, 'Problem');
      assert.match(error.message, /can't be started/);
      return true;
    });
  });

  it('ends a command that outlasts its time', async () => {
    const forever = ['-e', 'setInterval(() => {}, 1000)'];
    await assert.rejects(run(process.execPath, forever, { timeoutMs: 200 }), /did not end within/);
  });

  it('builds again when a source changes, and only then', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gr-'));
    try {
      const file = join(folder, 'a.ts');
      const inClone = relative(ROOT, folder);
      writeFileSync(file, 'one');
      const before = fingerprint([inClone]);
      assert.equal(fingerprint([inClone]), before);
      writeFileSync(file, 'other');
      assert.notEqual(fingerprint([inClone]), before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('passes on the licence of each bundled package once', () => {
    const notices = thirdPartyNotices([
      'node_modules/zod/v4/index.js',
      'node_modules/zod/v4/core.js',
      'node_modules/@hono/node-server/dist/index.mjs',
      'server/main.ts',
    ]);
    assert.deepEqual(
      notices.match(/^## .*$/gm)?.map((line) => line.split(' ')[1]),
      ['@hono/node-server', 'zod'],
    );
    assert.match(notices, /Permission is hereby granted/);
  });
});
