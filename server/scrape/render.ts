import type { Page } from 'playwright';

/** Files that carry no text: what reading a page does without. */
const HEAVY = 'png jpg jpeg gif webp avif ico bmp mp4 webm mp3 m4a ogg wav woff woff2 ttf otf eot'
  .split(' ')
  .flatMap((ending) => [`*.${ending}`, `*.${ending}?*`]);

/** Refuses images, fonts and media in the browser itself; no handler of ours sits between page and network. */
export async function blockHeavyResources(page: Page): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setBlockedURLs', { urls: HEAVY });
}

/**
 * Stops all that goes on in a page. One that navigates for ever can't be closed otherwise: Chromium answers the wish to
 * close only between two navigations. Never rejects; takes a second at most.
 */
export async function haltPage(page: Page): Promise<void> {
  const halting = async (): Promise<void> => {
    const client = await page.context().newCDPSession(page);
    await client.send('Emulation.setScriptExecutionDisabled', { value: true });
    await client.send('Page.stopLoading');
  };
  await withTimeout(halting(), 1_000).catch(() => undefined);
}

/** Stops and closes a page. Never rejects; what has not closed after 5 s is left to the end of the session. */
export async function closePage(page: Page): Promise<void> {
  await haltPage(page);
  await withTimeout(page.close(), 5_000).catch(() => undefined);
}

interface SettleOptions {
  /** `performance.now()` value by which the answer must be there. */
  deadline: number;
  maxChars: number;
}

/**
 * The page's HTML once its content has been the same for 300 ms (600 ms while it shows next to nothing), at the
 * latest after 3 s. Hidden parts are marked with `data-greenroom-hidden`, since style sheets stay behind.
 */
export async function settledHtml(
  page: Page,
  options: SettleOptions,
): Promise<{ html: string; settled: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const left = Math.max(1, options.deadline - performance.now());
    try {
      return await withTimeout(
        page.evaluate(takeWhenSettled, {
          longestMs: Math.min(3_000, left * 0.8),
          maxChars: options.maxChars,
        }),
        left,
      );
    } catch (error) {
      // A page that navigates by script or meta refresh takes the evaluation with it.
      const message = error instanceof Error ? error.message : '';
      if (!/context was destroyed|navigati/i.test(message)) throw error;
      if (attempt === 4) throw new Error('The page keeps navigating.', { cause: error });
      await page.waitForLoadState('domcontentloaded', {
        timeout: Math.max(1, options.deadline - performance.now()),
      });
    }
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Timeout ${Math.round(ms)}ms exceeded.`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs in the page. */
async function takeWhenSettled({ longestMs, maxChars }: { longestMs: number; maxChars: number }) {
  const started = performance.now();
  let unchangedSince = started;
  let last = '';
  let settled = false;
  while (performance.now() - started < longestMs) {
    const words = (document.body?.textContent ?? '').length;
    const now = `${document.readyState} ${words} ${document.getElementsByTagName('*').length}`;
    if (now !== last) {
      last = now;
      unchangedSince = performance.now();
    }
    const busy = document.readyState !== 'complete' || document.querySelector('[aria-busy=true]') !== null;
    const shown = (document.body?.innerText ?? '').trim().length;
    const quiet = performance.now() - unchangedSince;
    if (!busy && quiet >= (shown < 200 ? 600 : 300)) {
      settled = true;
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  let looked = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (++looked > 20_000) break;
    const parent = element.parentElement;
    if (parent?.closest('[data-greenroom-hidden]') != null) continue;
    if (
      getComputedStyle(element).display === 'none' &&
      !/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT)$/.test(element.tagName)
    ) {
      element.setAttribute('data-greenroom-hidden', '');
    }
  }
  return { html: document.documentElement.outerHTML.slice(0, maxChars), settled };
}
