import { parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';
import { resolveRun } from './resolveRun.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseCommand('cancel', argv, {}, ['RUN']);
  return withServer(io, async (client) => {
    const runId = await resolveRun(client, positionals[0] ?? '', io);
    const { status } = await client.request('run/cancel', { runId }, io.signal);
    io.out(
      status === 'cancelled' ? `Run ${runId} is cancelled.` : `Run ${runId} had ended already: ${status}.`,
    );
    return 0;
  });
}
