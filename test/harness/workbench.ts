import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, FrameLocator, Locator, Page } from 'playwright';
import { ROOT } from '../../server/setup/sources.mjs';
import { launchChromium, watchOutside } from './chromium.ts';
import type { VsCodeServer } from './vscodeServer.ts';

/** The workbench's first start may take this long on two busy cores. */
const READY_TIMEOUT_MS = 90_000;
const ACTION_TIMEOUT_MS = 20_000;
/** Rows of a pick list that are looked at. */
const MAX_ROWS = 50;

export interface WorkbenchOptions {
  /** Absolute path of the folder to open. */
  workspace: string;
  /** Further keys for the workbench's start, such as `extensionDevelopmentPath`. */
  payload?: readonly (readonly [string, string])[];
  /** Runs before the page is loaded. */
  prepare?: (page: Page) => Promise<void>;
}

/** A VS Code window in a browser, in the words of the person in front of it. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;
  /** Origins outside this machine that the window asked for; it got no answer. */
  readonly outside: readonly string[];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page, outside: readonly string[]) {
    this.#browser = browser;
    this.page = page;
    this.outside = outside;
  }

  static async open(server: VsCodeServer, options: WorkbenchOptions): Promise<Workbench> {
    const browser = await launchChromium();
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(ACTION_TIMEOUT_MS);
      const outside = watchOutside(context);
      const page = await context.newPage();
      await options.prepare?.(page);
      const address = new URL(server.origin);
      address.searchParams.set('folder', options.workspace);
      address.searchParams.set(
        'payload',
        JSON.stringify([['skipWelcome', 'true'], ...(options.payload ?? [])]),
      );
      await page.goto(address.href);
      return new Workbench(browser, page, outside);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Resolves when the window is restored: parts laid out, editors open. */
  async ready(): Promise<void> {
    const timeout = READY_TIMEOUT_MS;
    const restored = 'code/didStartWorkbench'; // the workbench's own performance mark
    await this.page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, restored, {
      timeout,
    });
    await this.page.locator('.part.statusbar').waitFor({ timeout });
  }

  /** Reloads the window; unsaved editors don't hold it up. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** The input that opens at the top of the window: the command palette, pick lists and input boxes. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /**
   * Runs a command as a person does: by its title in the command palette, such as "Greenroom: Show Log". The palette
   * lists what is known when it opens, so it is opened again until the extension's commands are.
   */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    const row = this.quickInput.getByRole('option', { name: title }).first();
    for (;;) {
      await this.openPalette(title);
      try {
        await row.waitFor({ timeout: 3_000 });
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.closeQuickInput();
      }
    }
    await this.pick(title);
  }

  /** Opens the command palette with `text` typed in. */
  async openPalette(text = ''): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input[type="text"]').fill(`>${text}`);
  }

  /** Types an answer into the open input box and confirms it, once it shows `prompt` anywhere. */
  async answer(prompt: string | RegExp, text: string): Promise<void> {
    await this.quickInput.filter({ hasText: prompt }).or(this.#inputNamed(prompt)).first().waitFor();
    await this.quickInput.locator('input[type="text"], input[type="password"]').fill(text);
    await this.page.keyboard.press('Enter');
  }

  #inputNamed(prompt: string | RegExp): Locator {
    return this.quickInput.getByPlaceholder(prompt);
  }

  /** Picks a row of the open pick list, by keyboard: a webview underneath can take the pointer away. */
  async pick(label: string | RegExp): Promise<void> {
    const row = this.quickInput.getByRole('option', { name: label }).first();
    await row.waitFor();
    for (let step = 0; step < MAX_ROWS && !(await this.#isFocused(row)); step += 1)
      await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
  }

  async #isFocused(row: Locator): Promise<boolean> {
    return ((await row.getAttribute('class')) ?? '').split(' ').includes('focused');
  }

  async closeQuickInput(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Opens a view container by its title in the activity bar. */
  async openView(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  }

  /** Status bar items that hold `text`. */
  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  }

  /** Rows of the views in the side bar. */
  treeItem(name: string | RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem', { name });
  }

  /** A view's whole pane, header included. */
  view(title: string): Locator {
    return this.page
      .locator('.sidebar .pane')
      .filter({ has: this.page.getByRole('button', { name: title }) });
  }

  /** Notification toasts that hold `text`. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** Editor tabs. */
  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name });
  }

  /** What the active text editor shows; an editor renders only the lines in sight. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .view-lines .view-line');
    // Lines are absolutely positioned and may be in any order in the document.
    const found = await lines.evaluateAll((all) =>
      all
        .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return found.join('\n').replaceAll('\u00a0', ' ');
  }

  /** The document inside the webview that is visible; with several, the `index`th. */
  webview(index = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .nth(index)
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  async setTheme(kind: 'dark' | 'light'): Promise<void> {
    const name = kind === 'dark' ? 'Dark Modern' : 'Light Modern';
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.locator('input[type="text"]').fill(name);
    await this.pick(name);
    await this.page.locator(`.monaco-workbench.vs${kind === 'dark' ? '-dark' : ':not(.vs-dark)'}`).waitFor();
  }

  /** Writes `out/screenshots/<name>.png`. */
  async screenshot(name: string): Promise<string> {
    const folder = join(ROOT, 'out', 'screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Asks `probe` again and again until it holds. For what no locator can wait for, such as files. */
  static async eventually(
    what: string,
    probe: () => boolean | Promise<boolean>,
    timeoutMs = ACTION_TIMEOUT_MS,
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await probe())) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
      await delay(100);
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
