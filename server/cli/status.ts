import type { Snapshot } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import { currentPaths } from '../home.ts';
import { readServerFile } from '../lifecycle/serverInfo.ts';
import { parseCommand } from './args.ts';
import { tryConnect } from './connection.ts';
import type { CommandIo } from './io.ts';
import { runRows } from './runs.ts';
import { sessionRows } from './sessions.ts';
import { formatTable } from './table.ts';
import { clientOptions } from './withServer.ts';

/** What `greenroom status --json` prints. */
export interface StatusReport {
  /** Null when no server runs. */
  server: { pid: number; version: string; uptimeMs: number; socket: string } | null;
  sessions: Snapshot['sessions'];
  runs: Snapshot['runs'];
}

const SHOWN_RUNS = 10;

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('status', argv, { json: { type: 'boolean' } });
  const report = await readStatus(io);
  if (values.json === true) {
    io.out(JSON.stringify(report, undefined, 2));
    return 0;
  }
  const { server, sessions, runs } = report;
  if (server === null) {
    io.out('No server is running. One starts by itself when it is needed.');
    return 0;
  }
  io.out(
    `${io.paint.green('Server')} ${server.version}, process ${server.pid}, up ${formatDuration(server.uptimeMs)}`,
  );
  io.out(io.paint.dim(server.socket));
  io.out(sessions.length === 0 ? 'No sessions.' : `Sessions:\n${formatTable(sessionRows(sessions, io))}`);
  io.out(runs.length === 0 ? 'No runs.' : `Runs:\n${formatTable(runRows(runs.slice(0, SHOWN_RUNS), io))}`);
  return 0;
}

/** Asks the running server; starts none. */
export async function readStatus(io: CommandIo): Promise<StatusReport> {
  const attempt = await tryConnect(clientOptions(io));
  if (attempt.kind === 'absent') return { server: null, sessions: [], runs: [] };
  if (attempt.kind !== 'connected') {
    // It is busy, or of another version: what its file says is better than nothing.
    if (attempt.kind === 'refused') attempt.connection.close();
    const file = readServerFile(currentPaths(io.env).serverInfo);
    if (file === undefined) return { server: null, sessions: [], runs: [] };
    const { pid, version, socket, startedAt } = file;
    return { server: { pid, version, socket, uptimeMs: Date.now() - startedAt }, sessions: [], runs: [] };
  }
  const { connection } = attempt;
  try {
    const { server, sessions, runs } = await connection.request('state/attach', {}, io.signal);
    const { pid, version, socket, startedAt } = server;
    return { server: { pid, version, uptimeMs: Date.now() - startedAt, socket }, sessions, runs };
  } finally {
    connection.close();
  }
}
