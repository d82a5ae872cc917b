import { GreenroomError } from '../../shared/errors.ts';
import type { Client } from './connection.ts';
import type { CommandIo } from './io.ts';

/** The id of a run that a person named: its id, its beginning or end if that is unique, or `last`. Errors: `not-found`. */
export async function resolveRun(client: Client, name: string, io: CommandIo): Promise<string> {
  const { runs } = await client.request('state/attach', {}, io.signal);
  const wanted = name.toLowerCase();
  const fitting =
    wanted === 'last'
      ? runs.slice(0, 1)
      : runs.filter(({ id }) => id.toLowerCase().startsWith(wanted) || id.toLowerCase().endsWith(wanted));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only.id;
  // The list ends with the newest fifty; the server finds an older run by its whole id.
  if (only === undefined && /^[0-9a-z]{26}$/.test(wanted)) return wanted.toUpperCase();
  throw new GreenroomError(
    'not-found',
    another === undefined ? `There is no run "${name}".` : `"${name}" fits ${fitting.length} runs.`,
    'List the runs with "greenroom runs" and name one by its id, or by "last".',
  );
}
