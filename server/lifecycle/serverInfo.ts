import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What `server.json` in a home says about the server that uses it, for people and tools. */
export interface ServerFile {
  pid: number;
  version: string;
  socket: string;
  startedAt: number;
}

/** Replaces the file in one step, so that nobody reads half of it. */
export function writeServerFile(file: string, info: ServerFile): void {
  const draft = `${file}.${info.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Undefined when no server has left one, or it is damaged. */
export function readServerFile(file: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerFile;
  } catch {
    return undefined;
  }
}

export function removeServerFile(file: string, pid: number): void {
  if (readServerFile(file)?.pid === pid) rmSync(file, { force: true });
}
