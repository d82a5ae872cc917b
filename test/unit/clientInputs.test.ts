import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { chatHtml } from '../../client/chat/chatHtml.ts';
import { parseChatState, parsePageMessage } from '../../client/chat/messages.ts';
import { idIn } from '../../client/commands/argument.ts';
import { DEMO_SPEC_TEMPLATE } from '../../client/commands/demoSpecTemplate.ts';
import {
  apiKeyProblem,
  companyProblem,
  isDemoSpec,
  normalizeWebsite,
  platformOfMissingKey,
  websiteProblem,
} from '../../client/commands/inputs.ts';
import { scrapeDocument } from '../../client/commands/scrapeDocument.ts';
import { Redactor } from '../../client/redact.ts';
import { reportHtml } from '../../client/reportHtml.ts';
import { fromWire } from '../../client/rpc.ts';
import { ApiKeys } from '../../client/secrets.ts';
import { resolveSpec } from '../../server/provision/spec.ts';
import { REPORT_STYLE } from '../../server/provision/report/style.ts';
import { demoSpecSchema } from '../../shared/demoSpec.ts';
import { GreenroomError, RPC_ERROR } from '../../shared/errors.ts';
import type { ScrapeResult } from '../../shared/protocol.ts';

describe('what a user types', () => {
  it('becomes an address of a website', () => {
    assert.equal(normalizeWebsite(' acme.com '), 'https://acme.com/');
    assert.equal(normalizeWebsite('http://127.0.0.1:8080/a'), 'http://127.0.0.1:8080/a');
    assert.equal(normalizeWebsite('http://localhost:3000'), 'http://localhost:3000/');
    for (const bad of ['', 'acme', 'ftp://acme.com', 'javascript://x.y', 'two words.com', 'https://']) {
      assert.equal(normalizeWebsite(bad), undefined, bad);
    }
  });

  it('is told what is wrong with it', () => {
    assert.equal(companyProblem('Acme'), undefined);
    assert.match(companyProblem('  ') ?? '', /name of the company/);
    assert.match(companyProblem('x'.repeat(81)) ?? '', /80/);
    assert.match(websiteProblem('nope') ?? '', /http/);
    assert.equal(websiteProblem('acme.com'), undefined);
    assert.match(apiKeyProblem('a b') ?? '', /spaces/);
    assert.equal(apiKeyProblem('gr_live_123'), undefined);
  });

  it('tell a spec that wants a key of the user from any other that is refused', async () => {
    const spec = 'company: A\nwebsite: https://a.example\nkey: manual\n';
    const refused = (text: string) => resolveSpec({ spec: text }).catch((error: unknown) => error);
    assert.equal(platformOfMissingKey(await refused(spec)), 'sandbox');
    assert.equal(platformOfMissingKey(await refused(`${spec}platform: ada\n`)), 'ada');
    assert.equal(platformOfMissingKey(await refused('website: nowhere')), undefined);
  });

  it('may come from anywhere, so arguments of commands are checked', () => {
    assert.equal(idIn({ runId: 'R1' }, 'runId'), 'R1');
    for (const bad of [undefined, null, 'R1', 3, { runId: 3 }, []])
      assert.equal(idIn(bad, 'runId'), undefined);
  });

  it('is a demo spec by its name', () => {
    assert.deepEqual(['/a/x.demo.yaml', '/x.demo.YML', '/demo.yaml', '/x.demo.yaml.txt'].map(isDemoSpec), [
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the template of a demo spec', () => {
  it('is valid as it is', () => {
    assert.equal(demoSpecSchema.parse(parse(DEMO_SPEC_TEMPLATE)).company, 'Acme Corp');
  });

  it('is valid with its comments taken off', () => {
    const uncommented = DEMO_SPEC_TEMPLATE.replace(/ {2}articles: \[\]/, '  articles:').replace(
      /^( *)#( {0,3}(?:actions:| {2,}|-|title|body).*)$/gm,
      (_line, indent: string, rest: string) => indent + rest.slice(1),
    );
    const spec = demoSpecSchema.parse(parse(uncommented));
    assert.ok(Array.isArray(spec.actions) && spec.actions.length === 1);
    assert.equal(spec.knowledge.articles.length, 1);
  });
});

describe('the document of a scrape', () => {
  const result: ScrapeResult = {
    url: 'https://acme.example/',
    finalUrl: 'https://acme.example/home',
    status: 200,
    outcome: 'ok',
    title: 'Acme: "the" shop',
    description: 'Two\nlines',
    language: '',
    links: [],
    via: 'http',
    ms: 120,
    warnings: [],
  };

  it('begins with front matter that YAML reads back', () => {
    const text = scrapeDocument(result, '# Hello\n\n');
    const [, matter, body] = text.split(/^---$/m);
    assert.deepEqual(parse(matter ?? ''), {
      title: 'Acme: "the" shop',
      url: 'https://acme.example/home',
      description: 'Two lines',
      read: 'by HTTP, no browser needed in 120 ms',
    });
    assert.equal(body, '\n\n# Hello\n');
  });
});

describe('the log', () => {
  it('never shows a known secret, nor what looks like one', () => {
    const redactor = new Redactor();
    redactor.add('abcdef0123456789');
    const line =
      'x abcdef0123456789 {"secret": "s3", "apiKey":"k-1"} Bearer aa.bb-cc http://h/?ticket=t1&a=1';
    assert.equal(
      redactor.redact(line),
      'x [hidden] {"secret": "[hidden]", "apiKey":"[hidden]"} Bearer [hidden] http://h/?ticket=[hidden]&a=1',
    );
  });

  it('leaves ordinary words alone when a secret is very short', () => {
    const redactor = new Redactor();
    redactor.add('the');
    assert.equal(redactor.redact('the key'), 'the key');
  });

  it('learns every API key that passes', async () => {
    const stored = new Map<string, string>();
    const storage = {
      get: (name: string) => Promise.resolve(stored.get(name)),
      store: (name: string, value: string) => Promise.resolve(void stored.set(name, value)),
      delete: (name: string) => Promise.resolve(void stored.delete(name)),
    };
    const redactor = new Redactor();
    const keys = new ApiKeys(storage, redactor);
    await keys.set('sandbox', 'gr_key_123456');
    assert.equal(redactor.redact('gr_key_123456'), '[hidden]');
    assert.equal(await keys.get('sandbox'), 'gr_key_123456');
    assert.equal(await keys.clear('sandbox'), true);
    assert.equal(await keys.clear('sandbox'), false);
    assert.equal(stored.size, 0);
  });
});

describe('errors from the wire', () => {
  it('keep their code, sentences, field and facts', () => {
    const data = {
      code: 'exhausted',
      message: 'All pages are in use.',
      next: 'Wait.',
      retryable: true,
      facts: { waiting: 3 },
    };
    const error = fromWire(Object.assign(new Error('x'), { code: RPC_ERROR, data }));
    assert.ok(error instanceof GreenroomError);
    assert.deepEqual(error.data, data);
  });

  it('are silent when cancelled and say what to do when the server went away', () => {
    assert.equal(fromWire(Object.assign(new Error('x'), { code: -32800 })).code, 'cancelled');
    const gone = fromWire(Object.assign(new Error('Pending response rejected'), { code: -32097 }));
    assert.match(gone.data.next, /Try again/);
    assert.equal(fromWire('boom').code, 'internal');
  });
});

describe('a report in an editor tab', () => {
  it('may run and load nothing, and takes its colours from the theme', () => {
    const html = reportHtml(
      '<html><head lang="en"><style>:root{--ink:#000}</style></head><body>x</body></html>',
    );
    assert.match(
      html,
      /<head lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none'/,
    );
    assert.ok(html.indexOf('--ink: var(--vscode') > html.indexOf('--ink:#000'));
    assert.ok(reportHtml('<p>no head').startsWith('<meta http-equiv'));
  });

  it('names the colours that the style of reports has', () => {
    const used = [...reportHtml('<head></head>').matchAll(/(--[a-z]+): var/g)].map(([, name]) => name);
    assert.ok(used.length >= 9);
    for (const name of used) assert.match(REPORT_STYLE, new RegExp(`${name}: #`));
  });
});

describe('the chat page', () => {
  it('allows only its own script and styles, and escapes what it shows', () => {
    const html = chatHtml({
      cspSource: 'https://media',
      nonce: 'n1',
      scriptUri: 'https://media/chat.js',
      styleUri: 'https://media/chat.css',
      title: '<img src=x>',
    });
    assert.match(html, /default-src 'none'; style-src https:\/\/media; script-src 'nonce-n1';/);
    assert.doesNotMatch(html, /<img|unsafe/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('is not trusted in what it sends', () => {
    assert.deepEqual(parsePageMessage({ type: 'send', text: 'hi' }), { type: 'send', text: 'hi' });
    for (const bad of [null, 'x', {}, { type: 'send', text: 3 }, { type: 'open' }, { type: 'run' }]) {
      assert.equal(parsePageMessage(bad), undefined);
    }
  });

  it('comes back after a reload without waiting for a reply that was lost', () => {
    const kept = {
      runId: 'R1',
      company: 'Acme',
      conversationId: 'C1',
      turns: [],
      suggestions: [],
      busy: true,
    };
    assert.equal(parseChatState(kept)?.busy, false);
    assert.equal(parseChatState(kept)?.conversationId, 'C1');
    assert.equal(parseChatState({ runId: 1 }), undefined);
    assert.equal(parseChatState(undefined), undefined);
  });
});
