import type { Settings } from '../shared/protocol.ts';

export const DEFAULT_IDLE_MINUTES = 10;

type Rule =
  { type: 'boolean' } | { type: 'text' } | { type: 'number'; min: number; max: number; whole: boolean };

/**
 * What a client may pass; bounds keep one client from starving the machine. Checked by hand, as a client waits for a
 * starting server and the schema library would be a good part of that wait.
 */
const RULES: { readonly [K in keyof Required<Settings>]: Rule } = {
  'server.idleMinutes': { type: 'number', min: 0.0001, max: 10_080, whole: false },
  'browser.maxPages': { type: 'number', min: 1, max: 64, whole: true },
  'browser.maxQueue': { type: 'number', min: 0, max: 10_000, whole: true },
  'browser.executablePath': { type: 'text' },
  'browser.headless': { type: 'boolean' },
  'provision.browserDeadlineSeconds': { type: 'number', min: 1, max: 86_400, whole: false },
};

const MAX_TEXT = 4096;

/** The settings of a handshake, or what is wrong with them. Settings that this version does not know are left out. */
export function checkSettings(value: unknown): { settings: Settings } | { field: string; problem: string } {
  if (value === undefined) return { settings: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { field: 'settings', problem: 'must be an object' };
  }
  const given = Object.entries(value).filter(([name]) => Object.hasOwn(RULES, name));
  for (const [name, setting] of given) {
    const problem = problemOf(setting, RULES[name as keyof Settings]);
    if (problem !== undefined) return { field: `settings.${name}`, problem };
  }
  return { settings: Object.fromEntries(given) };
}

function problemOf(value: unknown, rule: Rule): string | undefined {
  switch (rule.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'text':
      return typeof value === 'string' && value.length <= MAX_TEXT
        ? undefined
        : `must be a text of at most ${MAX_TEXT} characters`;
    case 'number': {
      const fits = typeof value === 'number' && value >= rule.min && value <= rule.max;
      if (fits && (!rule.whole || Number.isInteger(value))) return undefined;
      return `must be a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`;
    }
  }
}
