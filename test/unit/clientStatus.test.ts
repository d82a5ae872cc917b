import assert from 'node:assert/strict';
import {
  currentStep,
  escapeMarkdown,
  formatAge,
  progressText,
  slowestSteps,
  summarize,
} from '../../client/format.ts';
import type { ServerState } from '../../client/server.ts';
import { renderStatus } from '../../client/statusText.ts';
import { sampleRun, sampleStep } from './clientSamples.ts';

const READY: ServerState = {
  kind: 'ready',
  identity: { protocol: 1, version: '0.1.0', pid: 1, startedAt: 0, draining: false },
};

const RUNNING = sampleRun({
  steps: [
    sampleStep({ id: 'clone', title: 'Clone bot', status: 'done', ms: 400 }),
    sampleStep({ id: 'actions', title: 'Import actions', status: 'running', startedAt: 1_020_000 }),
    sampleStep({
      id: 'index',
      title: 'Wait for indexing',
      status: 'running',
      startedAt: 1_010_000,
      waiting: 'the platform',
    }),
  ],
});

const DEBT = { cause: 'The form changed.', consequence: 'No website source.', remedy: 'Add it by hand.' };

describe('the status bar item', () => {
  it('says only its name before anything happened', () => {
    const readout = renderStatus({ kind: 'idle' }, [], 0);
    assert.equal(readout.text, 'Greenroom');
    assert.equal(readout.dead, false);
  });

  it('shows the working step and its whole seconds during a run', () => {
    const readout = renderStatus(READY, [RUNNING], 1_032_900);
    assert.equal(readout.text, '$(loading~spin) Provision Acme Corp: Import actions 12 s');
    assert.equal(readout.runId, 'R1');
    assert.match(readout.accessibilityLabel, /provisioning Acme Corp, Import actions/);
  });

  it('does not tick in its accessibility label, which a screen reader would read again each second', () => {
    const [a, b] = [1_032_000, 1_033_000].map((now) => renderStatus(READY, [RUNNING], now));
    assert.equal(a?.accessibilityLabel, b?.accessibilityLabel);
    assert.equal(a?.tooltip.includes('Clone bot'), true);
  });

  it('counts further runs', () => {
    const other = sampleRun({ id: 'R2', company: 'Other' });
    assert.match(renderStatus(READY, [RUNNING, other], 1_032_000).text, /\(\+1\)$/);
  });

  it('prefers what runs over what ended later', () => {
    const ended = sampleRun({ id: 'R9', status: 'ready', startedAt: 1_030_000, endedAt: 1_031_000 });
    assert.equal(renderStatus(READY, [ended, RUNNING], 1_032_000).runId, 'R1');
  });

  it('shows the time of the last run, and its slowest steps on hover, slowest first', () => {
    const run = sampleRun({
      status: 'ready',
      endedAt: 1_038_000,
      steps: [
        sampleStep({ id: 'a', title: 'Clone bot', status: 'done', ms: 300 }),
        sampleStep({ id: 'b', title: 'Read website', status: 'done', ms: 9000 }),
      ],
    });
    const readout = renderStatus(READY, [run], 2_000_000);
    assert.equal(readout.text, '$(check) Acme Corp 38 s');
    assert.ok(readout.tooltip.indexOf('Read website') < readout.tooltip.indexOf('Clone bot'));
    assert.match(readout.tooltip, /Read website \| 9\.00 s \| very slow/);
  });

  it('wears an icon for each ending', () => {
    const icons = (['ready', 'ready-with-debts', 'failed', 'cancelled'] as const).map(
      (status) => renderStatus(READY, [sampleRun({ status, endedAt: 1_001_000 })], 0).text.split(' ')[0],
    );
    assert.deepEqual(icons, ['$(check)', '$(warning)', '$(error)', '$(circle-slash)']);
  });

  it('is red only when the server is dead, and then says why and what to do', () => {
    const error = {
      code: 'deadline',
      message: 'It did not answer.',
      next: 'Look in the log.',
      retryable: true,
    };
    const states: ServerState[] = [
      { kind: 'idle' },
      { kind: 'starting' },
      READY,
      { kind: 'stopped', reason: 'You stopped it.' },
    ];
    for (const state of states) assert.equal(renderStatus(state, [RUNNING], 0).dead, false, state.kind);
    const dead = renderStatus({ kind: 'failed', error: { ...error, code: 'deadline' } }, [RUNNING], 0);
    assert.equal(dead.dead, true);
    assert.match(dead.tooltip, /It did not answer[\s\S]*Look in the log/);
  });

  it('does not let the name of a company become Markdown or an icon of its tooltip', () => {
    const run = sampleRun({ company: '[x](command:evil) $(zap)', status: 'ready', endedAt: 1_001_000 });
    const { tooltip } = renderStatus(READY, [run], 0);
    assert.doesNotMatch(tooltip, /\]\(command|[^\\]\$\(zap/);
  });
});

describe('texts about runs', () => {
  it('names a step that works before one that waits', () => {
    assert.equal(currentStep(RUNNING)?.id, 'actions');
    assert.equal(progressText(RUNNING), 'Import actions');
  });

  it('says what a step waits for when no other works', () => {
    const waiting = sampleRun({ steps: RUNNING.steps.filter(({ id }) => id !== 'actions') });
    assert.equal(progressText(waiting), 'Wait for indexing: waiting for the platform');
  });

  it('summarizes a run in one line', () => {
    assert.equal(
      summarize(sampleRun({ status: 'ready', endedAt: 1_038_000 })),
      'Demo ready: Acme Corp in 38 s',
    );
    const steps = [sampleStep({ id: 'a', status: 'degraded', debt: DEBT })];
    assert.equal(
      summarize(sampleRun({ status: 'ready-with-debts', endedAt: 1_038_000, steps })),
      'Demo ready: Acme Corp in 38 s, 1 thing to do by hand',
    );
    const error = { code: 'network', message: 'No key.', next: 'Give one.', retryable: false } as const;
    assert.equal(
      summarize(sampleRun({ status: 'failed', endedAt: 1_002_000, error })),
      'Demo failed: Acme Corp after 2.00 s. No key. Give one.',
    );
  });

  it('leaves steps that took no time out of the slowest', () => {
    const steps = [sampleStep({ id: 'a', ms: 0 }), sampleStep({ id: 'b' }), sampleStep({ id: 'c', ms: 5 })];
    assert.deepEqual(
      slowestSteps(sampleRun({ steps }), 5).map(({ id }) => id),
      ['c'],
    );
  });

  it('keeps an age the same within a minute, so that rows do not flicker', () => {
    assert.equal(formatAge(0), formatAge(59_999));
    assert.deepEqual([60_000, 119_999, 3_600_000, 7 * 86_400_000].map(formatAge), [
      '1 min',
      '1 min',
      '1 h',
      '7 days',
    ]);
  });

  it('escapes every character that Markdown gives a meaning', () => {
    assert.equal(escapeMarkdown('a_b [c](d)\n$(e)'), 'a\\_b \\[c\\]\\(d\\) \\$\\(e\\)');
  });
});
