import { formatDuration } from '../../shared/timing.ts';
import { parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';
import { formatTable } from './table.ts';
import { withServer } from './withServer.ts';

const MEGABYTE = 1024 * 1024;

export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseCommand('health', argv, { json: { type: 'boolean' } });
  return withServer(io, async (client) => {
    const health = await client.request('health/get', {}, io.signal);
    if (values.json === true) {
      io.out(JSON.stringify(health, undefined, 2));
      return 0;
    }
    const { server, memory, pool, services } = health;
    io.out(
      formatTable([
        ['server', `${server.version}, process ${server.pid}, up ${formatDuration(health.uptimeMs)}`],
        ['memory', `${Math.round(memory.rssBytes / MEGABYTE)} MB`],
        [
          'browser',
          `${server.browser.state}, ${pool.leased} of ${pool.capacity} pages, ${pool.waiting} waiting`,
        ],
        ...services.map(({ name, state, detail }) => [
          name,
          state === 'failed' ? io.paint.red(`failed: ${detail ?? ''}`) : state,
        ]),
      ]),
    );
    return services.some(({ state }) => state === 'failed') ? 1 : 0;
  });
}
