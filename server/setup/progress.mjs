// @ts-check

/**
 * Runs one piece of the set-up under a line on stderr that tells what goes on and, at its end, how long it took.
 * On a terminal the line is live.
 * @template T
 * @param {string} title what is being done
 * @param {(detail: (text: string) => void) => Promise<T>} work may tell more as it goes
 * @returns {Promise<T>}
 */
export async function progress(title, work) {
  const out = process.stderr;
  const live = out.isTTY === true && process.env['CI'] === undefined;
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(live ? 0 : 1)} s`;
  let detail = '';
  const draw = () => {
    const line = `  ${title} ... ${seconds()}${detail === '' ? '' : `  ${detail}`}`;
    out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 80) - 1)}`);
  };
  if (live) draw();
  else out.write(`  ${title} ...\n`);
  const timer = live ? setInterval(draw, 500) : undefined;
  let failed = true;
  try {
    const result = await work((text) => {
      detail = text.replaceAll(/[\r\n\x1b]/g, ' ');
    });
    failed = false;
    return result;
  } finally {
    clearInterval(timer);
    out.write(`${live ? '\r\x1b[2K' : ''}  ${title}: ${failed ? 'failed after' : 'done in'} ${seconds()}\n`);
  }
}
