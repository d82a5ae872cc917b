import { parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';
import { withServer } from './withServer.ts';

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseCommand('dashboard', argv, {}, ['bot?']);
  const [bot] = positionals;
  const page = bot === undefined ? {} : { path: `/bots/${encodeURIComponent(bot)}` };
  const { url } = await withServer(io, (client) => client.request('sandbox/dashboard', page, io.signal));
  io.out(url);
  io.err('Open it within a minute; it works once.');
  return 0;
}
