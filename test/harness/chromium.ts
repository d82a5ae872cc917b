import { chromium, type Browser, type BrowserContext } from 'playwright';
import { locateBrowser } from '../../server/setup/browser.mjs';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever asks for a name gets none: nothing in a test needs more than this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Launches the same browser that Greenroom would. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: (await locateBrowser()).path,
    args: FLAGS,
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** Collects the addresses outside this machine that pages of `context` ask for. None is ever answered. */
export function watchOutside(context: BrowserContext): string[] {
  const outside: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const inside =
      /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname) || !/^(https?|wss?):$/.test(url.protocol);
    if (!inside && !outside.includes(url.origin)) outside.push(url.origin);
  });
  return outside;
}
