import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../../server/provision/report/summary.ts';
import { type SampleSite, serveSample } from '../../server/sample/serve.ts';
import { freshHome, type TestHome } from './connect.ts';

const CLI = fileURLToPath(new URL('../../server/cli.ts', import.meta.url));

describe('greenroom provision', function () {
  this.timeout(120_000);
  let home: TestHome;
  let site: SampleSite;
  before(async () => {
    home = freshHome();
    site = await serveSample();
  });
  after(async () => {
    await home[Symbol.asyncDispose]();
    await site.stop();
  });

  function greenroom(...args: string[]) {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  it('prints one JSON object with what scripts need, and exits with 0', async () => {
    const { code, stdout, stderr } = await greenroom(
      ...['provision', '--company', 'Acme Corp', '--website', site.url, '--auto', '--json'],
    ).ended;
    assert.equal(code, 0, stderr);
    const summary = JSON.parse(stdout) as RunSummary;
    assert.equal(summary.status, 'ready', stdout);
    assert.ok(summary.steps.length >= 12);
    for (const step of summary.steps) {
      assert.deepEqual(Object.keys(step), ['id', 'status', 'ms', 'critical']);
    }
    assert.ok(summary.outcomes.every(({ status }) => status === 'ok'));
    assert.ok(summary.reportPath !== null && existsSync(summary.reportPath));
    const bot = await fetch(summary.botUrl ?? '');
    assert.ok(bot.ok, 'the address of the bot opens (its log-in page, for a stranger)');
  });

  it('shows steps and a summary for a person, and holds the conversation it is asked for', async () => {
    const { code, stdout, stderr } = await greenroom(
      ...['provision', '--company', 'Acme Corp', '--website', site.url, '--chat'],
    ).ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /✔ Clone the template bot +\d/);
    assert.match(stdout, /Demo ready: Acme Corp in /);
    assert.match(stdout, /Report {2}file:\/\//);
    const conversation = stdout.slice(stdout.indexOf('A short conversation'));
    assert.match(conversation, /from "[^"]+" http/);
    assert.match(conversation, /called "[^"]+": (GET|POST) http\S+ -> 200/);
  });

  it('ends with 1 and the critical step when the website cannot be reached', async () => {
    const { code, stdout } = await greenroom(
      ...['provision', '--company', 'Nowhere', '--website', 'http://127.0.0.1:9', '--auto', '--json'],
    ).ended;
    assert.equal(code, 1);
    const summary = JSON.parse(stdout) as RunSummary;
    assert.equal(summary.status, 'failed');
    assert.equal(summary.error?.code, 'network');
    const failed = summary.steps.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ id, critical }) => ({ id, critical })),
      [{ id: 'read-website', critical: true }],
    );
  });

  for (const [what, args, sentence] of [
    ['nothing to provision', [], /needs a company and its website/],
    ['a company without a website', ['--company', 'Acme'], /needs a company and its website/],
    ['a spec that is not there', ['nowhere.demo.yaml'], /can't be read/],
    [
      'two ways to a key',
      ['--company', 'A', '--website', 'a.example', '--auto', '--api-key', 'k'],
      /--auto reads the key/,
    ],
    [
      'a platform that this version lacks',
      ['--company', 'A', '--website', 'a.example', '--platform', 'ada'],
      /no platform "ada"/,
    ],
    ['an address that is none', ['--company', 'A', '--website', 'ftp://a'], /http or https/],
    ['an option there is not', ['--colour', 'red'], /colour/],
  ] as const) {
    it(`refuses ${what} with a sentence, what to do next, and exit code 2`, async () => {
      const { code, stdout, stderr } = await greenroom('provision', ...args).ended;
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, sentence);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.ok(stderr.trim().split('\n').length <= 3, stderr);
    });
  }

  it('cancels the run at Ctrl-C, says so, and exits with 130', async () => {
    const { child, ended } = greenroom('provision', '--company', 'Stopped', '--website', site.url);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text: string) => text.includes('Clone the template bot') && resolve());
    });
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.equal(code, 130);
    assert.match(stdout, /Cancelled: Stopped/);
    const { connection } = await home.connect();
    assert.deepEqual(await connection.request('session/list', {}), []);
  });
});
