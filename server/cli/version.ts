import { parseCommand } from './args.ts';
import type { CommandIo } from './io.ts';

export function run(argv: readonly string[], io: CommandIo): Promise<number> {
  parseCommand('version', argv, {});
  io.out(io.version);
  return Promise.resolve(0);
}
