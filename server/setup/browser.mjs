// @ts-check
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { progress } from './progress.mjs';
import { LOG, run } from './run.mjs';
import { requireInstalled } from './packages.mjs';
import { ROOT } from './sources.mjs';

/**
 * Finds the browser that the server will find. Needs Node 24 and installed packages.
 * Errors: a typed error that says what to do.
 * @returns {Promise<{ path: string, by: string }>}
 */
export async function locateBrowser() {
  // Read at run time: this file must load on Node 20, which can't read TypeScript.
  const source = '../browser/findBrowser.ts';
  const { findBrowser } = await import(source);
  return findBrowser(
    { platform: process.platform, env: process.env, home: homedir() },
    { downloaded: async () => requireInstalled('playwright').chromium.executablePath() },
  );
}

/**
 * Sees to it that there is a browser: an installed one, else Debian's package when we are root there, else
 * Playwright's own download.
 * @returns {Promise<void>}
 */
export async function ensureBrowser() {
  const missing = await locateBrowser().then(
    () => undefined,
    (error) => error,
  );
  if (missing === undefined) return;
  if (missing.data?.code !== 'browser-missing') throw missing;
  if (process.env['GREENROOM_BROWSER']) throw problemOf(missing);
  const failed = isDebianRoot() ? await installDebianPackage() : await downloadChromium();
  try {
    await locateBrowser();
  } catch {
    throw new Problem(
      `No Chrome, Chromium or Edge is installed, and ${failed ?? 'installing one did not help'}`,
      'install one of them, or name it in GREENROOM_BROWSER, and run this again',
    );
  }
}

/**
 * @param {{ message: string, data: { next: string } }} error
 * @returns {Problem}
 */
function problemOf(error) {
  return new Problem(error.message.replace(/\.$/, ''), error.data.next.replace(/\.$/, ''));
}

/** Not Ubuntu: its `chromium` package only asks for a snap, which a container can't install. */
function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    return /^ID=["']?debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** @returns {Promise<string | undefined>} why it failed */
function installDebianPackage() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return progress("Installing Debian's Chromium", async (tell) => {
    const update = await run('apt-get', ['update'], { env, onLine: tell });
    const install = await run(
      'apt-get',
      ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-liberation'],
      { env, onLine: tell },
    );
    if (install.code === 0) return undefined;
    const output = update.output + install.output;
    return `apt-get could not install Chromium (${lastError(output)}; all of it is in ${LOG})`;
  });
}

/** @returns {Promise<string | undefined>} why it failed */
function downloadChromium() {
  const cli = join(ROOT, 'node_modules', 'playwright', 'cli.js');
  return progress('Downloading Chromium', async (tell) => {
    const system = process.platform === 'linux' && process.getuid?.() === 0 ? ['--with-deps'] : [];
    const { code, output } = await run(process.execPath, [cli, 'install', ...system, 'chromium'], {
      onLine: tell,
    });
    if (code === 0) return undefined;
    return `Playwright's download failed (${lastError(output)}; all of it is in ${LOG})`;
  });
}

/**
 * @param {string} output
 * @returns {string}
 */
function lastError(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const line = lines.findLast((one) => /^(E:|Err:|Error|.*(ENOTFOUND|ECONN|ETIMEDOUT|ENOSPC))/.test(one));
  return (line ?? lines.findLast((one) => one !== '') ?? 'it said nothing').slice(0, 200);
}
