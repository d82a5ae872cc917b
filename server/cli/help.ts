import { parseCommand, usageError } from './args.ts';
import { COMMANDS, isCommand } from './commands.ts';
import type { CommandIo } from './io.ts';
import { formatTable } from './table.ts';

export function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseCommand('help', argv, {}, ['command?']);
  const [name] = positionals;
  if (name !== undefined && !isCommand(name)) {
    throw usageError('', `There is no command "${name}".`);
  }
  io.out(name === undefined ? overview(io) : helpOf(name, io));
  return Promise.resolve(0);
}

export function overview(io: Pick<CommandIo, 'paint'>): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [`  ${io.paint.bold(name)}`, summary]);
  return [
    'Usage: greenroom COMMAND [options]',
    '',
    formatTable(rows),
    '',
    'Options of every command: --help, --verbose (stack traces and details).',
    'GREENROOM_HOME names the folder of all state. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 Ctrl-C.',
  ].join('\n');
}

function helpOf(name: keyof typeof COMMANDS, io: Pick<CommandIo, 'paint'>): string {
  const { summary, usage, options } = COMMANDS[name];
  const rows = options.map(([option, meaning]) => [`  ${option}`, meaning]);
  return [
    `Usage: greenroom ${io.paint.bold(name)}${usage === '' ? '' : ` ${usage}`}`,
    '',
    summary,
    ...(rows.length === 0 ? [] : ['', formatTable(rows)]),
  ].join('\n');
}
