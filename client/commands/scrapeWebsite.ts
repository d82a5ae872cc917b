import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { ErrorCode, ScrapeResult } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import { shortUrl } from '../views/sessionRows.ts';
import { normalizeWebsite, websiteProblem } from './inputs.ts';
import { scrapeDocument } from './scrapeDocument.ts';

const LAST_URL = 'greenroom.lastScrape';

/** Reads one page and opens it as Markdown. */
export async function scrapeWebsite(app: App, argument: unknown): Promise<void> {
  const url = typeof argument === 'string' ? normalizeWebsite(argument) : await askUrl(app);
  if (url === undefined) {
    throw new GreenroomError('invalid-input', 'Not an http or https address.', 'Check the address.', {
      field: 'url',
    });
  }
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Reading ${shortUrl(url)}`, cancellable: true },
    async (_progress, token) => {
      const { jobId } = await app.server.request('scrape/start', { url });
      return app.server.request('scrape/wait', { jobId }, token);
    },
  );
  const failure = failureOf(result);
  if (failure) throw failure;
  const document = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: scrapeDocument(result, await markdownOf(result)),
  });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function askUrl(app: App): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: 'Scrape Website',
    prompt: 'The page to read',
    placeHolder: 'https://www.example.com/about',
    value: app.context.globalState.get<string>(LAST_URL, ''),
    validateInput: (text) => (text === '' ? undefined : websiteProblem(text)),
  });
  if (typed === undefined || typed.trim() === '') throw new vscode.CancellationError();
  const url = normalizeWebsite(typed);
  await app.context.globalState.update(LAST_URL, url);
  return url;
}

/** A long page travels as a file, for a large message would hold up the others. */
async function markdownOf(result: ScrapeResult): Promise<string> {
  if (result.markdown !== undefined) return result.markdown;
  if (result.markdownPath === undefined) return '';
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(result.markdownPath)));
}

const FAILURES: Readonly<
  Record<Exclude<ScrapeResult['outcome'], 'ok'>, [code: ErrorCode, what: string, next: string]>
> = {
  empty: ['page-changed', 'holds no text', 'Open it in a browser and see whether it needs a login.'],
  'not-found': ['network', 'does not exist', 'Check the address.'],
  blocked: ['network', 'turns automated visitors away', 'Try again later, or copy the text by hand.'],
  timeout: ['deadline', 'did not answer in time', 'Try again, or check whether it opens in a browser.'],
  'network-error': ['network', 'cannot be reached', 'Check the address and the connection.'],
  'unsupported-type': ['invalid-input', 'is not a web page', 'Choose a page of text.'],
};

function failureOf({ outcome, finalUrl }: ScrapeResult): GreenroomError | undefined {
  if (outcome === 'ok') return undefined;
  const [code, what, next] = FAILURES[outcome];
  return new GreenroomError(code, `${shortUrl(finalUrl)} ${what}.`, next);
}
