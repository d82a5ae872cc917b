import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { SessionRequest } from '../../server/browser/backend.ts';

export const quiet = pino({ level: 'silent' });

export const request = (extra: Partial<SessionRequest> = {}): SessionRequest => ({
  purpose: 'Test',
  owner: 'test',
  tenant: 'tests',
  ...extra,
});

export function temporaryState(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'gr-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Processes whose command line or environment names `dir`: a browser of that state folder and all its children. */
export function processesOf(dir: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ pid, command }) => command.includes(dir) || read(`/proc/${pid}/environ`).includes(dir));
}

/** The browsers among them, one for each process tree. */
export function browsersOf(dir: string): number[] {
  return processesOf(dir)
    .filter(({ command }) => command.includes('--remote-debugging-pipe') && !command.includes('--type='))
    .map(({ pid }) => pid);
}

/** What a state folder still holds of browsers: folders and records. */
export function homesOf(dir: string): string[] {
  try {
    return readdirSync(join(dir, 'browsers'));
  } catch {
    return [];
  }
}

/** Waits for a condition, at most `ms`. */
export async function until(what: string, condition: () => boolean, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function nothingLeft(dir: string, ms = 15_000): Promise<void> {
  await until(
    'no process and no folder is left',
    () => processesOf(dir).length + homesOf(dir).length === 0,
    ms,
  );
}

/** A site with `/` that answers and `/never` that does not. */
export async function tinySite(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/never') return;
    outgoing.setHeader('content-type', 'text/html');
    outgoing.end('<!doctype html><title>Tiny</title><h1>Tiny</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
