import type { Run, RunStatus } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import { parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';
import { formatTable, shorten } from './table.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('runs', argv, { json: { type: 'boolean' } });
  return withServer(io, async (client) => {
    const { runs } = await client.request('state/attach', {}, io.signal);
    if (values.json === true) io.out(JSON.stringify(runs, undefined, 2));
    else
      io.out(
        runs.length === 0
          ? 'No runs yet. Start one with "greenroom provision".'
          : formatTable(runRows(runs, io)),
      );
    return 0;
  });
}

const COLOURS = {
  planned: 'dim',
  running: 'bold',
  ready: 'green',
  'ready-with-debts': 'yellow',
  failed: 'red',
  cancelled: 'dim',
} as const satisfies Record<RunStatus, string>;

export function runRows(runs: readonly Run[], io: CommandIo): string[][] {
  return runs.map((each) => [
    each.id,
    io.paint[COLOURS[each.status]](each.status),
    new Date(each.startedAt).toLocaleString('sv-SE'),
    formatDuration((each.endedAt ?? Date.now()) - each.startedAt),
    shorten(each.company, 40),
    io.paint.dim(shorten(each.botUrl ?? each.error?.message ?? '', 70)),
  ]);
}
