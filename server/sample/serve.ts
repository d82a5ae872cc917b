import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the sample company's website: beside this source, or from a bundle in `dist` back to it. */
function siteFolder(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts') ? join(dirname(here), 'site') : join(dirname(here), '../server/sample/site');
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

export interface SampleSite {
  url: string;
  /** Resolves when the port is free again. */
  stop(): Promise<void>;
}

/** Serves the website of the sample company, Harbor Lane Coffee, on a free port of 127.0.0.1. */
export async function serveSample(folder = siteFolder()): Promise<SampleSite> {
  const server = createServer((request, response) => {
    const send = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(405, 'text/plain', 'Only GET and HEAD.');
      return;
    }
    const path = fileOf(folder, request.url ?? '/');
    const type = path === undefined ? undefined : TYPES[extname(path)];
    if (path === undefined || type === undefined) {
      send(404, 'text/html; charset=utf-8', NOT_FOUND);
      return;
    }
    readFile(path).then(
      (content) => {
        send(200, type, content);
      },
      () => {
        send(404, 'text/html; charset=utf-8', NOT_FOUND);
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The file an address names, or undefined when it names none inside `folder`. */
function fileOf(folder: string, address: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(address.split(/[?#]/, 1)[0] ?? '/');
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  return file.startsWith(folder + sep) ? file : undefined;
}

const NOT_FOUND = `<!doctype html><html lang="en"><title>Not found</title>
<link rel="stylesheet" href="/style.css" /><main><h1>Not found</h1><p>There is no such page. <a href="/">Home</a></p></main>
</html>`;
