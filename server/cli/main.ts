import { GreenroomError, toErrorData } from '../../shared/errors.ts';
import { usageError } from './args.ts';
import { productVersion } from '../version.ts';
import { COMMANDS, isCommand } from './commands.ts';
import { type CommandIo, processIo } from './io.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs one command line. Resolves with the exit code; errors are told on standard error, never thrown. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  const io = processIo({ version: productVersion(), verbose: own.includes('--verbose') });
  try {
    return await runCommand(argv, own, io);
  } catch (error) {
    return report(error, argv[0] ?? '', io);
  }
}

async function runCommand(argv: readonly string[], own: readonly string[], io: CommandIo): Promise<number> {
  const [first] = argv;
  if (first === '--version' || first === '-v') return (await COMMANDS.version.load())([], io);
  const rest = argv.slice(1).filter((each, index) => each !== '--verbose' || index + 1 >= own.length);
  const asksForHelp = own.includes('--help') || own.includes('-h');
  if (first === undefined || first.startsWith('-')) {
    if (asksForHelp) return (await COMMANDS.help.load())([], io);
    throw new GreenroomError(
      'invalid-input',
      first === undefined ? 'greenroom needs a command.' : `greenroom needs a command before ${first}.`,
      'See "greenroom help".',
    );
  }
  if (!isCommand(first)) {
    throw new GreenroomError('invalid-input', `There is no command "${first}".`, 'See "greenroom help".');
  }
  if (asksForHelp) return (await COMMANDS.help.load())([first], io);
  const run = await COMMANDS[first].load();
  return run(rest, io);
}

function report(thrown: unknown, command: string, io: CommandIo): number {
  const error = isParseError(thrown) ? usageError(command, firstSentence(thrown.message)) : thrown;
  const { code, message, next } = toErrorData(error);
  if (code === 'cancelled' && io.signal.aborted) {
    io.err('Cancelled.');
    return EXIT.interrupted;
  }
  io.err(`greenroom: ${message}`);
  io.err(next);
  if (io.verbose && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) io.err(cause.stack ?? '');
  }
  return code === 'invalid-input' ? EXIT.usage : EXIT.failed;
}

/** Errors of `parseArgs`: wrong usage (https://nodejs.org/api/errors.html, `ERR_PARSE_ARGS_*`). */
function isParseError(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}

function firstSentence(text: string): string {
  return `${text.split(/\. |\n/, 1)[0]?.replace(/\.$/, '') ?? ''}.`;
}
