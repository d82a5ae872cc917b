/** Worker thread: extracts pages one at a time, so that parsing never holds up the server's event loop. */
import { parentPort } from 'node:worker_threads';
import { extract } from './extract.ts';
import type { ExtractReply, ExtractRequest } from './extractor.ts';

parentPort?.on('message', ({ html, url }: ExtractRequest) => {
  let reply: ExtractReply;
  try {
    reply = { ok: true, extracted: extract(html, url) };
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
});
