/** One measured thing: samples in one unit, smaller is better. */
export interface Measurement {
  name: string;
  unit: 'ms' | 'MB';
  samples: number[];
  /** What it must not exceed, where something is promised. */
  target?: number;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Samples of every subject in turn, so that a busy moment of the machine falls on all of them alike. */
export async function interleave(
  rounds: number,
  subjects: Readonly<Record<string, () => Promise<number>>>,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = Object.fromEntries(
    Object.keys(subjects).map((name) => [name, []]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [name, sample] of Object.entries(subjects)) samples[name]?.push(await sample());
  }
  return samples;
}

/** A table of medians; the ratio compares with the first row of the same unit. */
export function formatMeasurements(title: string, rows: readonly Measurement[]): string {
  const lines = rows.map((row) => {
    const base = rows.find(({ unit }) => unit === row.unit);
    const value = median(row.samples);
    const ratio = base === undefined ? 1 : value / median(base.samples);
    const verdict =
      row.target === undefined ? '' : value <= row.target ? `<= ${row.target} ok` : `> ${row.target} MISSED`;
    const digits = value < 10 ? 3 : 1;
    const range = `${Math.min(...row.samples).toFixed(digits)}-${Math.max(...row.samples).toFixed(digits)}`;
    return [
      row.name.padEnd(44),
      `${value.toFixed(digits)} ${row.unit}`.padStart(12),
      range.padStart(16),
      `x${ratio.toFixed(2)}`.padStart(8),
      `  ${verdict}`,
    ].join('');
  });
  const head = `${title.padEnd(44)}${'median'.padStart(12)}${'range'.padStart(16)}${'ratio'.padStart(8)}`;
  return [head, ...lines].map((line) => line.trimEnd()).join('\n');
}
