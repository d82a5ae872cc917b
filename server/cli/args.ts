import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { GreenroomError } from '../../shared/errors.ts';

/** The error of a command line that cannot be understood; ends the process with exit code 2. */
export function usageError(command: string, message: string): GreenroomError {
  return new GreenroomError(
    'invalid-input',
    message,
    command === '' ? 'See "greenroom help".' : `See "greenroom help ${command}".`,
  );
}

/**
 * `parseArgs` with typed errors. `positionals` names the arguments in order; those that end with `?` may be left out.
 * Errors: `invalid-input`, and those of `parseArgs`, which the frame turns into one.
 */
export function parseCommand<T extends ParseArgsOptionsConfig>(
  command: string,
  argv: readonly string[],
  options: T,
  positionals: readonly string[] = [],
): { values: ReturnType<typeof parseArgs<{ options: T }>>['values']; positionals: string[] } {
  const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  const needed = positionals.filter((name) => !name.endsWith('?'));
  const missing = needed[parsed.positionals.length];
  if (missing !== undefined) throw usageError(command, `${command} needs ${missing}.`);
  const surplus = parsed.positionals[positionals.length];
  if (surplus !== undefined)
    throw usageError(command, `${command} does not know what to do with "${surplus}".`);
  return { values: parsed.values, positionals: parsed.positionals };
}

/** A number from an option. Errors: `invalid-input`. */
export function numberOption(
  command: string,
  name: string,
  text: string | undefined,
  bounds: { fallback: number; min: number; max: number },
): number {
  if (text === undefined) return bounds.fallback;
  const value = Number(text);
  if (text.trim() !== '' && value >= bounds.min && value <= bounds.max) return value;
  throw usageError(command, `--${name} takes a number from ${bounds.min} to ${bounds.max}, not "${text}".`);
}
