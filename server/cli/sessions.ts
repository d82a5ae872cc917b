import type { Session } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import { parseCommand, usageError } from './args.ts';
import type { CommandIo } from './io.ts';
import { formatTable, shorten } from './table.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('sessions', argv, {
    json: { type: 'boolean' },
    close: { type: 'string' },
    'close-all': { type: 'boolean' },
  });
  const { close } = values;
  if (close !== undefined && values['close-all'] === true) {
    throw usageError('sessions', '--close and --close-all exclude each other.');
  }
  return withServer(io, async (client) => {
    if (close !== undefined) {
      await client.request('session/close', { sessionId: close }, io.signal);
      io.out(values.json === true ? JSON.stringify({ closed: 1 }) : `Closed session ${close}.`);
      return 0;
    }
    if (values['close-all'] === true) {
      const { closed } = await client.request('session/closeAll', { allTenants: true }, io.signal);
      io.out(values.json === true ? JSON.stringify({ closed }) : `Closed ${closed} sessions.`);
      return 0;
    }
    const sessions = await client.request('session/list', {}, io.signal);
    if (values.json === true) io.out(JSON.stringify(sessions, undefined, 2));
    else io.out(sessions.length === 0 ? 'No sessions.' : formatTable(sessionRows(sessions, io)));
    return 0;
  });
}

export function sessionRows(sessions: readonly Session[], io: CommandIo): string[][] {
  return sessions.map((session) => [
    session.id,
    session.state === 'active' ? io.paint.green(session.state) : session.state,
    formatDuration(Date.now() - (session.openedAt ?? session.requestedAt)),
    shorten(session.purpose, 50),
    io.paint.dim(shorten(session.queue?.reason ?? session.url ?? '', 60)),
  ]);
}
