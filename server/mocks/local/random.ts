import { createHash } from 'node:crypto';

/** Choices that depend on nothing but the seed. */
export interface Random {
  /** Whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<T>(values: readonly [T, ...T[]]): T;
  /** `length` decimal digits, the first not 0. */
  digits(length: number): string;
  hex(length: number): string;
}

/** A generator for `seed`: the SHA-256 of seed and counter, four bytes at a time. */
export function seededRandom(seed: string): Random {
  let block = Buffer.alloc(0);
  let offset = 0;
  let counter = 0;
  function next(): number {
    if (offset + 4 > block.length) {
      block = createHash('sha256').update(`${seed}\n${counter++}`).digest();
      offset = 0;
    }
    const value = block.readUInt32BE(offset);
    offset += 4;
    return value;
  }
  const int = (min: number, max: number): number => min + (next() % (max - min + 1));
  return {
    int,
    pick: (values) => values[int(0, values.length - 1)] ?? values[0],
    digits: (length) => Array.from({ length }, (_, index) => int(index === 0 ? 1 : 0, 9)).join(''),
    hex: (length) => Array.from({ length }, () => int(0, 15).toString(16)).join(''),
  };
}
