import assert from 'node:assert/strict';
import { browserRemedy, findBrowser, installedBrowserPaths } from '../../server/browser/findBrowser.ts';
import type { Machine } from '../../server/browser/findBrowser.ts';
import { shownUrl } from '../../server/browser/shownUrl.ts';

const linux: Machine = { platform: 'linux', env: { PATH: '/usr/bin:/opt/tools:relative' }, home: '/home/u' };
const mac: Machine = { platform: 'darwin', env: {}, home: '/Users/u' };
const windows: Machine = {
  platform: 'win32',
  env: { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\u\\AppData\\Local' },
  home: 'C:\\Users\\u',
};
const nothing = { downloaded: () => Promise.resolve(undefined), exists: () => false };

describe('finding a browser', () => {
  it('knows the usual places of each platform, and takes no relative folder from the PATH', () => {
    assert.ok(installedBrowserPaths(linux).includes('/usr/bin/chromium'));
    assert.ok(installedBrowserPaths(linux).includes('/opt/tools/google-chrome'));
    assert.ok(installedBrowserPaths(linux).every((path) => path.startsWith('/')));
    assert.ok(
      installedBrowserPaths(mac).includes('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
    );
    assert.ok(
      installedBrowserPaths(mac).includes(
        '/Users/u/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ),
    );
    assert.ok(
      installedBrowserPaths(windows).includes('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'),
    );
    assert.ok(
      installedBrowserPaths(windows).includes(
        'C:\\Users\\u\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
      ),
    );
  });

  it('prefers the setting, then the environment, then what is installed, then the download', async () => {
    const env = { ...linux.env, GREENROOM_BROWSER: '/env' };
    const there = (...paths: string[]) => ({
      downloaded: () => Promise.resolve('/download'),
      exists: (path: string) => paths.includes(path),
    });
    const all = ['/set', '/env', '/usr/bin/chromium', '/download'];
    assert.deepEqual(await findBrowser({ ...linux, env }, { explicit: '/set', ...there(...all) }), {
      path: '/set',
      by: 'setting',
    });
    assert.equal((await findBrowser({ ...linux, env }, there(...all))).by, 'environment');
    assert.equal((await findBrowser(linux, { explicit: '', ...there(...all) })).path, '/usr/bin/chromium');
    assert.equal((await findBrowser(linux, there('/download'))).by, 'playwright');
  });

  it('does not replace a named browser that is missing, and says who named it', async () => {
    await assert.rejects(
      findBrowser(linux, { ...nothing, explicit: '/gone', exists: (path) => path !== '/gone' }),
      {
        code: 'browser-missing',
        message: /\/gone.*greenroom\.browser\.executablePath/,
      },
    );
  });

  it('names the remedy of the platform when there is none', async () => {
    for (const machine of [linux, mac, windows]) {
      await assert.rejects(findBrowser(machine, nothing), (error: Error & { data: { next: string } }) => {
        assert.equal(error.data.next, browserRemedy(machine.platform));
        return /No Chrome, Chromium or Edge/.test(error.message);
      });
    }
    assert.match(browserRemedy('linux'), /npm run setup.*apt-get install chromium/);
  });
});

describe('an address in a view', () => {
  it('shows no credentials, no fragment and no values of secret-looking parameters', () => {
    assert.equal(
      shownUrl('https://u:p@example.com/a?q=1&access_token=abc#frag'),
      'https://example.com/a?q=1&access_token=***',
    );
    assert.equal(shownUrl('chrome-error://chromewebdata/'), 'chrome-error://chromewebdata/');
    assert.equal(shownUrl('not an address'), '');
  });
});
