/** How a duration is judged: below `warn` green, below `error` yellow, from there red. Milliseconds. */
export interface Thresholds {
  warn: number;
  error: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = { warn: 500, error: 2000 };

export type Grade = 'green' | 'yellow' | 'red';

export function gradeDuration(ms: number, thresholds: Thresholds = DEFAULT_THRESHOLDS): Grade {
  if (ms < thresholds.warn) return 'green';
  return ms < thresholds.error ? 'yellow' : 'red';
}

/** "85 ms", "1.24 s", "38 s", "2 min 05 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
