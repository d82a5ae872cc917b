import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBrowserEngine } from '../../server/browser/engine.ts';
import { createSharedBackend } from '../../server/browser/sharedBackend.ts';
import { GreenroomError } from '../../shared/errors.ts';
import { homesOf, nothingLeft, quiet, request, temporaryState, until } from '../harness/browserProcesses.ts';

describe('launching the browser', function () {
  this.timeout(30_000);
  const state = temporaryState();
  after(() => state.remove());

  const engineFor = (executablePath: string) =>
    createBrowserEngine({
      stateDir: state.dir,
      settings: () => ({ 'browser.executablePath': executablePath }),
      logger: quiet,
    });

  it('says which browser is missing and what to do', async () => {
    const engine = engineFor('/nowhere/chromium');
    await assert.rejects(engine.open(request()), (error: GreenroomError) => {
      assert.match(error.data.next, /greenroom\.browser\.executablePath/);
      return error.code === 'browser-missing' && error.message.includes('/nowhere/chromium');
    });
    assert.equal(engine.info().state, 'broken');
    assert.match(engine.info().problem ?? '', /There is no browser at \/nowhere/);
    assert.deepEqual(engine.pool(), { capacity: 5, leased: 0, waiting: 0 });
    await engine.dispose();
    await nothingLeft(state.dir);
  });

  it('gives the last words of a browser that ends while starting, and stops trying after three failures', async () => {
    const broken = join(state.dir, 'broken-browser');
    writeFileSync(
      broken,
      '#!/bin/sh\necho started >> "$0.log"\necho "No space left for the profile" >&2\nexit 7\n',
    );
    chmodSync(broken, 0o755);
    const engine = engineFor(broken);
    await assert.rejects(engine.open(request()), {
      code: 'browser-launch-failed',
      message: `The browser ${broken} did not start: No space left for the profile.`,
    });
    const start = performance.now();
    await assert.rejects(engine.open(request()), (error: GreenroomError) => {
      assert.ok(Number(error.data.facts?.['retryInMs']) > 20_000);
      assert.match(error.message, /not tried again for \d+ s.*No space left/);
      return error.code === 'browser-launch-failed' && error.data.retryable;
    });
    assert.ok(performance.now() - start < 100, 'the breaker answers at once');
    assert.match(engine.info().problem ?? '', /No space left for the profile/);
    assert.deepEqual(homesOf(state.dir), []);
    await engine.dispose();
  });

  it('does not repeat a launch that cannot succeed', async () => {
    const notExecutable = join(state.dir, 'not-executable');
    writeFileSync(notExecutable, '');
    const engine = engineFor(notExecutable);
    const start = performance.now();
    await assert.rejects(engine.open(request()), { code: 'browser-launch-failed', message: /EACCES/ });
    assert.ok(performance.now() - start < 400);
    assert.deepEqual(homesOf(state.dir), []);
    await engine.dispose();
  });

  it('tries again once the breaker has waited, with one probe', async () => {
    let launches = 0;
    const backend = createSharedBackend({
      logger: quiet,
      limits: { retries: 0, firstDelayMs: 1, failures: 2, windowMs: 60_000, openMs: 100 },
      launch() {
        launches += 1;
        return Promise.reject(new GreenroomError('browser-launch-failed', 'It did not start.', 'Look.'));
      },
    });
    const acquire = () => backend.acquire(undefined, new AbortController().signal);
    for (let i = 0; i < 4; i += 1) await assert.rejects(acquire(), { code: 'browser-launch-failed' });
    assert.equal(launches, 2);
    await new Promise((resolve) => setTimeout(resolve, 120));
    await Promise.all([assert.rejects(acquire()), assert.rejects(acquire())]);
    assert.equal(launches, 3, 'both waited for the same probe');
    await assert.rejects(acquire(), { message: /not tried again/ });
    assert.equal(launches, 3);
    await backend.close();
  });

  it('ends a launch that is under way when the engine closes', async () => {
    const silent = join(state.dir, 'silent-browser');
    writeFileSync(silent, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(silent, 0o755);
    const engine = engineFor(silent);
    const opening = engine.open(request());
    opening.catch(() => undefined);
    await until('it is starting', () => homesOf(state.dir).length === 2, 5_000);
    const start = performance.now();
    await engine.dispose();
    assert.ok(performance.now() - start < 5_000);
    await assert.rejects(opening, { code: 'draining' });
    await nothingLeft(state.dir, 1_000);
  });

  it('closes an idle browser, and launches the next when it is needed', async () => {
    const engine = createBrowserEngine({
      stateDir: state.dir,
      settings: () => ({}),
      idleMs: 200,
      logger: quiet,
    });
    await (await engine.open(request())).close();
    await until('the idle browser is closed', () => engine.info().state === 'absent');
    await nothingLeft(state.dir);
    const session = await engine.open(request());
    assert.equal(session.epoch, 2);
    await engine.dispose();
    await nothingLeft(state.dir);
  });
});
