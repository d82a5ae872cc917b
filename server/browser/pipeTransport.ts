import type { Readable, Writable } from 'node:stream';
import type { ConnectOverCDPTransport } from 'playwright';

/**
 * Chromium's remote debugging pipe as Playwright's transport: JSON messages ended by a NUL byte, to the browser's
 * file descriptor 3 and from its 4.
 */
export function pipeTransport(toBrowser: Writable, fromBrowser: Readable): ConnectOverCDPTransport {
  let partial: Buffer[] = [];
  let open = true;

  const transport: ConnectOverCDPTransport = {
    send(message) {
      if (open) toBrowser.write(`${JSON.stringify(message)}\0`);
    },
    close() {
      toBrowser.end();
      fromBrowser.destroy();
    },
  };

  function ended(): void {
    if (!open) return;
    open = false;
    transport.onclose?.();
  }

  fromBrowser.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      const text = Buffer.concat([...partial, chunk.subarray(start, end)]).toString('utf8');
      partial = [];
      start = end + 1;
      // Each message in a task of its own: what awaits an answer runs before the next event is dispatched.
      setImmediate(() => transport.onmessage?.(JSON.parse(text) as object));
    }
    if (start < chunk.length) partial.push(chunk.subarray(start));
  });
  fromBrowser.once('close', () => setImmediate(ended));
  // A broken pipe is the browser's end, which `close` reports.
  fromBrowser.on('error', () => undefined);
  toBrowser.on('error', () => undefined);
  return transport;
}
