// @ts-check

/** A prerequisite that is missing or failed, told in one sentence with its remedy. */
export class Problem extends Error {
  /**
   * @param {string} what what is missing or failed, without a full stop
   * @param {string} remedy what to do about it, without a full stop
   */
  constructor(what, remedy) {
    super(`${what}: ${remedy}.`);
    this.name = 'Problem';
  }
}

/**
 * Runs a script's work; what fails is one sentence and exit code 1, never a stack trace.
 * @param {() => Promise<number | void>} work resolves with the exit code
 * @returns {Promise<void>}
 */
export async function script(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(`greenroom: ${sentence(error)}`);
    if (process.env['GREENROOM_DEBUG'] !== undefined) console.error(error);
    process.exitCode = 1;
  }
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function sentence(error) {
  if (error instanceof Problem) return error.message;
  const { code, message, path } = /** @type {NodeJS.ErrnoException} */ (
    error instanceof Error ? error : new Error(String(error))
  );
  const first = message.split('\n', 1)[0];
  if (code === 'ENOSPC') return `The disk is full (${path ?? first}): free some space and run this again.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path ?? 'A file'} can't be written: make it yours and run this again.`;
  return `${first}: set GREENROOM_DEBUG=1 and run this again to see where it comes from.`;
}
