import type { Empty } from '../../shared/protocol.ts';
import type { ParamsCheck } from './handlers.ts';

/*
 * Checks of the requests that a client may send first. Written by hand: a client waits for a starting server, and the
 * schema library would be a good part of that wait.
 */

/** One member of an object, which may be absent when `optional`. */
export interface Member {
  name: string;
  optional: boolean;
  fits(value: unknown): boolean;
  /** "a text of at most 500 characters". */
  what: string;
}

export const empty: ParamsCheck<Empty> = objectOf([]);

/** Checks for an object with exactly these members. */
export function objectOf<T>(members: readonly Member[]): ParamsCheck<T> {
  const fail = (
    path: string[],
    message: string,
  ): { success: false; error: { issues: { path: string[]; message: string }[] } } => ({
    success: false,
    error: { issues: [{ path, message }] },
  });
  return {
    safeParse: (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return fail([], 'an object is expected');
      }
      const given = new Map<string, unknown>(Object.entries(value));
      for (const { name, optional, fits, what } of members) {
        if (!(optional && !given.has(name)) && !fits(given.get(name)))
          return fail([name], `${what} is expected`);
        given.delete(name);
      }
      const [unknown] = given.keys();
      return unknown === undefined
        ? { success: true, data: value as T }
        : fail([unknown.slice(0, 100)], 'there is no such parameter');
    },
  };
}
