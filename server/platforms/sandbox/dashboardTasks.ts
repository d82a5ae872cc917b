import type { Locator, Page } from 'playwright';
import { GreenroomError, isGreenroomError } from '../../../shared/errors.ts';
import { raceAbort } from '../../timing/abort.ts';
import type { BotRef, Dashboard, ImportableAction } from '../platform.ts';

/** Longest wait for one thing on a page that has loaded. */
const STEP_MS = 5_000;
/** Longest wait for a page, and for what a sent form leads to. */
const PAGE_MS = 10_000;
/** The platform looks at a website before it takes it. */
const CHECK_MS = 15_000;
const KEY = /^[0-9a-f]{32,64}$/;

/** What a person does in the sandbox's dashboard, done in a page. */
export function sandboxDashboard(
  baseUrl: string,
  account: { email: string; password: string },
  bot: BotRef,
): Dashboard {
  const botPath = `/bots/${bot.handle}`;

  /** One step of a task: what it looks for names it when the page is not as expected. */
  async function step<T>(
    page: Page,
    lookedFor: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await raceAbort(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw asTyped(error, page, lookedFor);
    }
  }

  async function open(page: Page, path: string, signal: AbortSignal): Promise<void> {
    await step(page, `the page ${path}`, signal, async () => {
      const response = await page.goto(baseUrl + path, { timeout: PAGE_MS, waitUntil: 'domcontentloaded' });
      const status = response?.status() ?? 0;
      if (status >= 400) throw answered(status, path);
    });
  }

  const click = (page: Page, target: Locator, name: string, signal: AbortSignal): Promise<void> =>
    step(page, name, signal, () => target.click({ timeout: STEP_MS }));
  const fill = (
    page: Page,
    target: Locator,
    name: string,
    text: string,
    signal: AbortSignal,
  ): Promise<void> => step(page, name, signal, () => target.fill(text, { timeout: STEP_MS }));

  /** Waits for `done`, or fails with the reason the page shows. */
  async function outcome(
    page: Page,
    done: Locator,
    name: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<void> {
    const refusal = page.getByRole('alert');
    await step(page, name, signal, () => done.or(refusal).first().waitFor({ timeout: limit }));
    if (await step(page, name, signal, () => done.first().isVisible())) return;
    const said = (
      await step(page, 'the reason', signal, () => refusal.first().innerText({ timeout: STEP_MS }))
    ).trim();
    if (await isFailurePage(page)) throw unavailable(said);
    throw refused(said);
  }

  return {
    async logIn(page, signal) {
      const loggedIn = page.getByRole('navigation', { name: 'Main' });
      const here = (): boolean =>
        page.url().startsWith(`${baseUrl}/`) && !page.url().startsWith(`${baseUrl}/login`);
      if (here() && (await loggedIn.isVisible())) return;
      await open(page, '/bots', signal);
      if (here()) return;
      await fill(page, page.getByLabel('E-mail'), 'the field "E-mail"', account.email, signal);
      await fill(page, page.getByLabel('Password'), 'the field "Password"', account.password, signal);
      await click(page, page.getByRole('button', { name: 'Log in' }), 'the button "Log in"', signal);
      try {
        await outcome(page, loggedIn, 'the navigation "Main" after the log-in', PAGE_MS, signal);
      } catch (error) {
        if (!isGreenroomError(error) || error.code !== 'platform-rejected') throw error;
        throw new GreenroomError(
          'unauthorized',
          `The sandbox refused the log-in: ${error.message}`,
          'Restart the server, then try again.',
        );
      }
    },

    async createApiKey(page, name, signal) {
      await open(page, '/keys', signal);
      await click(
        page,
        page.getByRole('button', { name: /new api key|get started/i }),
        'the button "New API key"',
        signal,
      );
      const dialog = page.getByRole('dialog', { name: /new api key/i });
      await fill(
        page,
        dialog.getByLabel('Name'),
        'the field "Name" of the dialog "New API key"',
        name,
        signal,
      );
      await click(
        page,
        dialog.getByRole('button', { name: /generate key/i }),
        'the button "Generate key"',
        signal,
      );
      const shown = page.getByRole('status', { name: 'API key' });
      await outcome(page, shown, 'the new key', PAGE_MS, signal);
      const key = (
        await step(page, 'the new key', signal, () => shown.innerText({ timeout: STEP_MS }))
      ).trim();
      if (!KEY.test(key)) throw changed(page, 'a key of 32 to 64 hexadecimal digits');
      await click(page, page.getByRole('button', { name: 'Done' }), 'the button "Done"', signal);
      return key;
    },

    async addWebsiteSource(page, name, url, signal) {
      await open(page, botPath, signal);
      await click(
        page,
        page.getByRole('button', { name: 'Add website source' }),
        'the button "Add website source"',
        signal,
      );
      const dialog = page.getByRole('dialog', { name: 'Add website source' });
      await fill(
        page,
        dialog.getByLabel('Name'),
        'the field "Name" of the dialog "Add website source"',
        name,
        signal,
      );
      await fill(
        page,
        dialog.getByLabel('URL'),
        'the field "URL" of the dialog "Add website source"',
        url,
        signal,
      );
      await click(page, dialog.getByRole('button', { name: 'Add' }), 'the button "Add"', signal);
      const added = page.getByRole('status').filter({ hasText: /website source is added/i });
      await outcome(page, added, 'the message that the website source is added', CHECK_MS, signal);
    },

    async importAction(page, action, signal) {
      await open(page, botPath, signal);
      await click(
        page,
        page.getByRole('button', { name: 'Import action' }),
        'the button "Import action"',
        signal,
      );
      const dialog = page.getByRole('dialog', { name: 'Import action' });
      const field = dialog.getByLabel('Action JSON');
      await fill(page, field, 'the field "Action JSON"', textOf(action), signal);
      await click(page, dialog.getByRole('button', { name: 'Import' }), 'the button "Import"', signal);
      const save = page.getByRole('button', { name: 'Save and make active' });
      await outcome(page, save, 'the button "Save and make active"', PAGE_MS, signal);
      await click(page, save, 'the button "Save and make active"', signal);
      const active = page.getByRole('status').filter({ hasText: /action is active/i });
      await outcome(page, active, 'the message that the action is active', PAGE_MS, signal);
    },
  };
}

function textOf(action: ImportableAction): string {
  // The mock host's address holds the path already; the dialog takes both.
  return JSON.stringify(action, undefined, 2);
}

function asTyped(error: unknown, page: Page, lookedFor: string): unknown {
  if (isGreenroomError(error) || !(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return changed(page, lookedFor, error);
  }
  const network = /net::(ERR_\w+)/.exec(error.message)?.[1];
  if (network !== undefined && network !== 'ERR_ABORTED') {
    return new GreenroomError(
      'platform-unavailable',
      `The sandbox's dashboard cannot be reached (${network}).`,
      'Try again in a moment.',
      { cause: error },
    );
  }
  return error;
}

/** The platform's own page for its failures. */
async function isFailurePage(page: Page): Promise<boolean> {
  return /^something went wrong\b/i.test(await page.title());
}

function unavailable(said: string): GreenroomError {
  return new GreenroomError('platform-unavailable', `The sandbox failed: ${said}`, 'Try again in a moment.');
}

function changed(page: Page, lookedFor: string, cause?: unknown): GreenroomError {
  const { pathname } = URL.parse(page.url()) ?? { pathname: page.url() };
  return new GreenroomError(
    'page-changed',
    `The dashboard's page ${pathname} does not show ${lookedFor}.`,
    'Do this step by hand in the dashboard, and report that the page has changed.',
    { cause, facts: { lookedFor, page: pathname } },
  );
}

function answered(status: number, path: string): GreenroomError {
  if (status === 404)
    return new GreenroomError(
      'not-found',
      `The dashboard has no page ${path}.`,
      'Check that the bot still exists.',
    );
  return new GreenroomError(
    'platform-unavailable',
    `The dashboard answered ${status} for ${path}.`,
    'Try again in a moment.',
  );
}

function refused(said: string): GreenroomError {
  if (/already\b/.test(said)) return new GreenroomError('conflict', said, 'Use the one that exists.');
  return new GreenroomError(
    'platform-rejected',
    said === '' ? 'The dashboard refused it without a reason.' : said,
    'Change what the message names and try again.',
  );
}
