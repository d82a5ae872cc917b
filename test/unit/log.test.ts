import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../server/log.ts';
import { Redactor } from '../../server/logRedaction.ts';

describe("the server's log", () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gr-log-'));
    file = join(dir, 'server.log');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is on disk when the call returns, readable by the user alone', () => {
    createLogger({ file, redactor: new Redactor() }).info({ runId: 'r1' }, 'hello');
    const entry = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    assert.equal(entry['msg'], 'hello');
    assert.equal(entry['runId'], 'r1');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('never holds a secret: not by field, not by known value, not by shape, not in an error', () => {
    const redactor = new Redactor();
    const canary = 'canary-"5f2e"-value';
    redactor.add(canary);
    const logger = createLogger({ file, redactor });
    logger.info({
      apiKey: 'field-secret',
      deep: { password: 'deep-secret', er: { token: 'deeper-secret' } },
    });
    logger.info({ headers: { authorization: 'header-secret', 'set-cookie': 'cookie-secret' } });
    logger.info(`the key is ${canary}`);
    logger.error({ err: new Error(`failed with ${canary}`, { cause: new Error(`sk-ant-REDACTED`) }) });
    logger.info('sent Authorization: Bearer abcdefgh12345678');
    const text = readFileSync(file, 'utf8');
    for (const secret of ['field-secret', 'deep-secret', 'deeper-secret', 'header-secret', 'cookie-secret']) {
      assert.ok(!text.includes(secret), secret);
    }
    for (const part of ['5f2e', 'api03', 'abcdefgh12345678']) assert.ok(!text.includes(part), part);
    assert.ok(text.includes('[redacted]'));
  });

  it('is put aside when large, and old ones are dropped', () => {
    const logger = createLogger({ file, redactor: new Redactor(), maxBytes: 2000, keep: 2 });
    for (let index = 0; index < 100; index++) logger.info({ index, filler: 'x'.repeat(100) }, 'line');
    assert.deepEqual(readdirSync(dir).sort(), ['server.log', 'server.log.1', 'server.log.2'].sort());
    for (const name of readdirSync(dir)) assert.ok(statSync(join(dir, name)).size < 2300, name);
    const newest = readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8');
    assert.ok(newest.includes('"index":99'));
  });

  it('goes on when its folder disappears', () => {
    const logger = createLogger({
      file: join(dir, 'logs', 'server.log'),
      redactor: new Redactor(),
      maxBytes: 100,
    });
    logger.info('one line that is long enough to be put aside, as it is over a hundred bytes');
    rmSync(join(dir, 'logs'), { recursive: true });
    logger.info('two');
    assert.ok(readFileSync(join(dir, 'logs', 'server.log'), 'utf8').includes('two'));
  });
});
