import assert from 'node:assert/strict';
import { runRow, runTooltip, stepRow, stepTooltip, troubleRow } from '../../client/views/runRows.ts';
import { sessionRow, sessionTooltip } from '../../client/views/sessionRows.ts';
import type { RunStatus, StepStatus } from '../../shared/protocol.ts';
import { sampleRun, sampleSession, sampleStep } from './clientSamples.ts';

const DEBT = {
  cause: 'The form changed.',
  consequence: 'The bot has no actions.',
  remedy: 'Import the file by hand.',
  file: '/state/actions.json',
};

describe('rows of Browser Sessions', () => {
  it('tell purpose, page and age', () => {
    const row = sessionRow(sampleSession(), 1_125_000);
    assert.equal(row.label, 'Provision Acme Corp: dashboard');
    assert.equal(row.description, '127.0.0.1:4000/bots · 2 min');
    assert.equal(row.context, 'session active closable addressed');
  });

  it('say why a waiting session waits, and where in the queue', () => {
    const queue = { position: 3, reason: 'all 5 pages are in use' };
    const waiting = sampleSession({ state: 'waiting', queue });
    delete waiting.url;
    delete waiting.openedAt;
    const row = sessionRow(waiting, 1_001_000);
    assert.equal(row.description, 'waiting, place 3: all 5 pages are in use');
    assert.equal(row.icon.id, 'watch');
    assert.match(row.context, /\bclosable\b/);
    assert.doesNotMatch(row.context, /addressed/);
  });

  it('offer no close for a session that closes already', () => {
    assert.doesNotMatch(sessionRow(sampleSession({ state: 'closing' }), 0).context, /closable/);
  });

  it('keep their id whatever else changes', () => {
    const ids = (['waiting', 'opening', 'active', 'closing'] as const).map(
      (state) => sessionRow(sampleSession({ state }), 0).id,
    );
    assert.equal(new Set(ids).size, 1);
  });

  it('tell the deadline on hover', () => {
    assert.match(sessionTooltip(sampleSession(), 1_180_000), /Ends by itself in 2 min 00 s/);
    assert.match(sessionTooltip(sampleSession(), 9_999_999), /deadline has passed/);
  });
});

describe('rows of Runs', () => {
  it('show each state by an icon of its own', () => {
    const states: RunStatus[] = ['planned', 'running', 'ready', 'ready-with-debts', 'failed', 'cancelled'];
    const icons = states.map((status) => runRow(sampleRun({ status }), 0).icon.id);
    assert.equal(new Set(icons).size, states.length);
    const steps: StepStatus[] = ['pending', 'running', 'done', 'failed', 'degraded', 'skipped', 'cancelled'];
    const stepIcons = steps.map((status) => stepRow(sampleRun(), sampleStep({ id: 'x', status })).icon.id);
    assert.equal(new Set(stepIcons).size, steps.length);
  });

  it('offer what the state allows', () => {
    assert.equal(runRow(sampleRun(), 0).context, 'run cancellable');
    const ready = sampleRun({ status: 'ready', endedAt: 1, reportPath: '/r.html', botUrl: 'http://x' });
    assert.equal(runRow(ready, 0).context, 'run ended reported chattable bot');
    assert.equal(runRow(sampleRun({ status: 'failed', endedAt: 1 }), 0).context, 'run ended');
  });

  it('colour a finished step by its time: green, yellow from 0.5 s, red from 2 s', () => {
    const colours = [499, 500, 1999, 2000].map(
      (ms) => stepRow(sampleRun(), sampleStep({ id: 'x', status: 'done', ms })).icon.color,
    );
    assert.deepEqual(colours, ['charts.green', 'charts.yellow', 'charts.yellow', 'charts.red']);
  });

  it('never colour a failed step green, however fast it failed', () => {
    const row = stepRow(sampleRun(), sampleStep({ id: 'x', status: 'failed', ms: 3 }));
    assert.equal(row.icon.color, 'problemsErrorIcon.foreground');
  });

  it('say what a running step waits for, rather than its last fact', () => {
    const step = sampleStep({ id: 'x', status: 'running', detail: '2 of 5', waiting: 'a page' });
    assert.equal(stepRow(sampleRun(), step).description, 'waiting for a page');
    delete step.waiting;
    assert.equal(stepRow(sampleRun(), step).description, '2 of 5');
  });

  it('put a debt below its step, remedy first', () => {
    const step = sampleStep({ id: 'x', status: 'degraded', debt: DEBT });
    assert.equal(stepRow(sampleRun(), step).children, 'expanded');
    const row = troubleRow(sampleRun(), step);
    assert.equal(row?.label, 'Import the file by hand.');
    assert.equal(row?.description, 'The form changed.');
    assert.equal(row?.context, 'debt file');
  });

  it('put the reason below a step that failed', () => {
    const error = { code: 'network', message: 'No answer.', next: 'Check it.', retryable: true } as const;
    const row = troubleRow(sampleRun(), sampleStep({ id: 'x', status: 'failed', error }));
    assert.equal(row?.label, 'No answer.');
    assert.equal(row?.description, 'Check it.');
    assert.equal(troubleRow(sampleRun(), sampleStep({ id: 'x' })), undefined);
  });

  it('are open while they run and closed once they ended', () => {
    assert.equal(runRow(sampleRun(), 0).children, 'expanded');
    assert.equal(runRow(sampleRun({ status: 'ready', endedAt: 1 }), 0).children, 'collapsed');
  });

  it('tell outcomes and attempts on hover', () => {
    const run = sampleRun({ outcomes: [{ subject: 'Knowledge', status: 'ok', text: '12 articles' }] });
    assert.match(runTooltip(run, 1_001_000), /Knowledge: 12 articles/);
    const step = sampleStep({ id: 'x', status: 'done', ms: 900, attempts: 3, critical: true });
    assert.match(stepTooltip(step), /900 ms[\s\S]*3 attempts[\s\S]*Critical/);
  });
});
