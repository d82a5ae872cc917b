import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { GreenroomError } from '../../shared/errors.ts';

/** What the search depends on; a parameter so that every platform's list can be computed anywhere. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

export type FoundBy = 'setting' | 'environment' | 'installed' | 'playwright';

/**
 * Where Chrome, Chromium and Edge are installed, best first: stable channels before Chromium before Edge, the
 * system's folders before the user's.
 */
export function installedBrowserPaths(machine: Machine): string[] {
  switch (machine.platform) {
    case 'darwin':
      return macPaths(machine.home);
    case 'win32':
      return windowsPaths(machine.env);
    default:
      return linuxPaths(machine.env);
  }
}

function linuxPaths(env: Machine['env']): string[] {
  const names = [
    'google-chrome-stable',
    'google-chrome',
    'chromium',
    'chromium-browser',
    'microsoft-edge-stable',
  ];
  const folders = ['/usr/bin', '/usr/local/bin', ...(env['PATH'] ?? '').split(':')];
  const usual = names.flatMap((name) =>
    [...new Set(folders)].filter((dir) => posix.isAbsolute(dir)).map((dir) => posix.join(dir, name)),
  );
  return [
    ...usual,
    '/opt/google/chrome/chrome',
    '/opt/microsoft/msedge/msedge',
    '/usr/lib/chromium/chromium',
  ];
}

function macPaths(home: string): string[] {
  const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Google Chrome for Testing'];
  return apps.flatMap((app) =>
    ['/Applications', posix.join(home, 'Applications')].map((dir) =>
      posix.join(dir, `${app}.app`, 'Contents', 'MacOS', app),
    ),
  );
}

function windowsPaths(env: Machine['env']): string[] {
  const roots = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LocalAppData'] ?? env['LOCALAPPDATA']];
  const products = [
    'Google\\Chrome\\Application\\chrome.exe',
    'Chromium\\Application\\chrome.exe',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return products.flatMap((product) =>
    roots.flatMap((root) => (root === undefined ? [] : [win32.join(root, product)])),
  );
}

/** What a person does when no browser is found. */
export function browserRemedy(platform: NodeJS.Platform): string {
  const setting = 'or set greenroom.browser.executablePath (or GREENROOM_BROWSER) to the one you have';
  switch (platform) {
    case 'darwin':
      return `Install Google Chrome in Applications, run \`npm run setup\`, ${setting}.`;
    case 'win32':
      return `Install Google Chrome or Microsoft Edge, run \`npm run setup\`, ${setting}.`;
    default:
      return `Run \`npm run setup\`, install one with \`apt-get install chromium\`, ${setting}.`;
  }
}

/**
 * The browser to drive: the setting, else `GREENROOM_BROWSER`, else an installed one, else Playwright's own download.
 * A path that was named and does not exist is an error, never silently replaced. Errors: `browser-missing`.
 */
export async function findBrowser(
  machine: Machine,
  options: {
    /** The setting; an empty string counts as not set. */
    explicit?: string | undefined;
    /** Playwright's download, asked for only when nothing is installed. */
    downloaded: () => Promise<string | undefined>;
    exists?: (path: string) => boolean;
  },
): Promise<{ path: string; by: FoundBy }> {
  const exists = options.exists ?? existsSync;
  const named: [FoundBy, string, string | undefined][] = [
    ['setting', 'the setting greenroom.browser.executablePath', options.explicit],
    ['environment', 'the environment variable GREENROOM_BROWSER', machine.env['GREENROOM_BROWSER']],
  ];
  for (const [by, source, path] of named) {
    if (!path) continue;
    if (exists(path)) return { path, by };
    throw new GreenroomError(
      'browser-missing',
      `There is no browser at ${path}, which ${source} names.`,
      `Correct or clear ${source}.`,
    );
  }
  const installed = installedBrowserPaths(machine).find(exists);
  if (installed !== undefined) return { path: installed, by: 'installed' };
  const downloaded = await options.downloaded();
  if (downloaded !== undefined && exists(downloaded)) return { path: downloaded, by: 'playwright' };
  throw new GreenroomError(
    'browser-missing',
    'No Chrome, Chromium or Edge was found on this machine.',
    browserRemedy(machine.platform),
  );
}
