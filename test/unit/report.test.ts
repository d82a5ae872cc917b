import assert from 'node:assert/strict';
import type { Run, RunStep } from '../../shared/protocol.ts';
import { outcomesOf } from '../../server/provision/outcomes.ts';
import { renderReport } from '../../server/provision/report/html.ts';
import { summarize } from '../../server/provision/report/summary.ts';

const step = (id: string, extra: Partial<RunStep> = {}): RunStep => ({
  id,
  title: `Title of ${id}`,
  kind: 'api',
  critical: false,
  needs: [],
  after: [],
  estimateMs: 100,
  status: 'done',
  attempts: 1,
  startedAt: 1_000,
  endedAt: 1_400,
  ms: 400,
  ...extra,
});

const run = (steps: RunStep[], extra: Partial<Run> = {}): Run => ({
  id: '01J',
  company: 'Acme Corp',
  website: 'https://acme.example',
  platform: 'sandbox',
  tenant: 't',
  status: 'ready',
  startedAt: 1_000,
  endedAt: 4_000,
  steps,
  outcomes: [],
  criticalPath: [],
  journalPath: '/runs/01J/journal.jsonl',
  ...extra,
});

describe('the report', () => {
  it('cannot be made to carry markup or a script by what it reports', () => {
    const hostile = `<script>alert(1)</script>"'&`;
    const html = renderReport(
      run(
        [
          step('a', {
            title: hostile,
            detail: hostile,
            status: 'degraded',
            debt: {
              cause: hostile,
              consequence: hostile,
              remedy: hostile,
              file: hostile,
              url: 'javascript:alert(1)',
            },
          }),
        ],
        {
          company: hostile,
          website: 'javascript:alert(1)',
          outcomes: [{ subject: hostile, status: 'degraded', text: hostile }],
          error: { code: 'internal', message: hostile, next: hostile, retryable: false },
        },
      ),
    );
    assert.doesNotMatch(html, /<script/);
    assert.doesNotMatch(html, /href="javascript/);
    assert.match(html, /&lt;script&gt;/);
  });

  it('needs nothing from elsewhere', () => {
    const html = renderReport(run([step('a')]));
    assert.doesNotMatch(html, /<(link|img|iframe)|@import|url\(/);
    assert.match(html, /default-src 'none'/);
  });

  it('draws every step that ran, in its colour, and marks the critical path', () => {
    const html = renderReport(
      run(
        [
          step('fast'),
          step('slow', { startedAt: 1_400, endedAt: 4_000, ms: 2_600 }),
          step('never', {
            status: 'skipped',
            startedAt: undefined,
            endedAt: undefined,
            ms: undefined,
          } as never),
        ],
        { criticalPath: ['fast', 'slow'] },
      ),
    );
    const bars = [...html.matchAll(/<rect class="bar ([^"]+)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
    assert.deepEqual(
      bars.map(([, classes]) => classes),
      ['green deciding', 'red deciding'],
    );
    const [fast, slow] = bars.map(([, , x, width]) => ({ x: Number(x), width: Number(width) }));
    assert.ok(fast !== undefined && slow !== undefined);
    assert.ok(Math.abs(fast.x + fast.width - slow.x) < 0.2, 'the slow bar begins where the fast one ends');
    assert.ok(Math.abs(slow.width / fast.width - 6.5) < 0.01, 'widths are as their times');
    assert.match(html, /Title of fast \(400 ms\) → Title of slow \(2\.60 s\)/);
  });

  it('sums a run up in the shape that scripts read', () => {
    const debt = { cause: 'c', consequence: 'd', remedy: 'r' };
    const summary = summarize(
      run([step('a', { critical: true }), step('b', { status: 'degraded', debt })], {
        botUrl: 'http://127.0.0.1:1/bots/a',
      }),
    );
    assert.deepEqual(summary, {
      runId: '01J',
      status: 'ready',
      ms: 3_000,
      steps: [
        { id: 'a', status: 'done', ms: 400, critical: true },
        { id: 'b', status: 'degraded', ms: 400, critical: false, debt },
      ],
      outcomes: [],
      reportPath: null,
      botUrl: 'http://127.0.0.1:1/bots/a',
    });
  });

  it('names the outcome of each step that has a subject, and of any other one that went wrong', () => {
    const debt = { cause: 'refused', consequence: 'd', remedy: 'r' };
    const outcomes = outcomesOf(
      [
        step('a', { detail: '12 articles' }),
        step('quiet'),
        step('b', { status: 'degraded', debt }),
        step('c', { status: 'cancelled' }),
      ],
      new Map([
        ['a', 'Knowledge'],
        ['c', 'Check'],
      ]),
    );
    assert.deepEqual(outcomes, [
      { subject: 'Knowledge', status: 'ok', text: '12 articles' },
      { subject: 'Title of b', status: 'degraded', text: 'refused' },
      { subject: 'Check', status: 'skipped', text: 'not done' },
    ]);
  });
});
