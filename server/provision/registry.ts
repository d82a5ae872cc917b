import { GreenroomError } from '../../shared/errors.ts';
import type { MockHost } from '../mocks/mockHost.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Writer } from '../writers/writer.ts';

/** By id, how to get each implementation; it is built at first use. A new one is one line here. */
export interface Registry {
  platforms: Readonly<Record<string, () => Promise<Platform>>>;
  mockHosts: Readonly<Record<string, () => Promise<MockHost>>>;
  writers: Readonly<Record<string, () => Promise<Writer>>>;
}

/** The implementation called `id`. Errors: `invalid-input` naming those there are. */
export async function choose<T>(
  choices: Readonly<Record<string, () => Promise<T>>>,
  id: string,
  field: 'platform' | 'mockHost' | 'writer',
): Promise<T> {
  const make = Object.hasOwn(choices, id) ? choices[id] : undefined;
  if (make === undefined) {
    throw new GreenroomError(
      'invalid-input',
      `There is no ${field} "${id}" in this version.`,
      `Use one of: ${Object.keys(choices).join(', ')}.`,
      { field },
    );
  }
  return await make();
}
