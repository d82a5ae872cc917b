const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';

/** The day a message names, as `YYYY-MM-DD`; a day without a year is the next one from `now` (UTC). */
export function findDate(message: string, now: Date): string | undefined {
  const text = message.toLowerCase();
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(text);
  if (iso !== null) return valid(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dayFirst = new RegExp(
    `\\b(\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+)?${MONTH}(?:,?\\s+(\\d{4}))?`,
  ).exec(text);
  if (dayFirst !== null) return named(dayFirst[1], dayFirst[2], dayFirst[3], now);
  const monthFirst = new RegExp(`\\b${MONTH}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,?\\s+(\\d{4}))?`).exec(
    text,
  );
  if (monthFirst !== null) return named(monthFirst[2], monthFirst[1], monthFirst[3], now);
  if (/\btoday\b|\btonight\b/.test(text)) return shifted(now, 0);
  if (/\bday after tomorrow\b/.test(text)) return shifted(now, 2);
  if (/\btomorrow\b/.test(text)) return shifted(now, 1);
  if (/\byesterday\b/.test(text)) return shifted(now, -1);
  const weekday = DAYS.findIndex((day) => new RegExp(`\\b${day}\\b`).test(text));
  if (weekday < 0) return undefined;
  return shifted(now, (weekday - now.getUTCDay() + 7) % 7 || 7);
}

/** The moment a message names, as RFC 3339 in UTC; it needs a day and a time. */
export function findDateTime(message: string, now: Date): string | undefined {
  const iso = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/.exec(message);
  if (iso !== null) return iso[0];
  const day = findDate(message, now);
  const time = /\b([01]?\d|2[0-3]):([0-5]\d)\b|\b(1[0-2]|0?[1-9])\s?([ap])\.?m\b/i.exec(message);
  if (day === undefined || time === null) return undefined;
  const hour =
    time[1] === undefined
      ? (Number(time[3]) % 12) + (time[4]?.toLowerCase() === 'p' ? 12 : 0)
      : Number(time[1]);
  return `${day}T${String(hour).padStart(2, '0')}:${time[2] ?? '00'}:00Z`;
}

function named(day = '', month = '', year: string | undefined, now: Date): string | undefined {
  const monthNumber = MONTHS.indexOf(month) + 1;
  const thisYear = valid(Number(year ?? now.getUTCFullYear()), monthNumber, Number(day));
  if (year !== undefined || thisYear === undefined || thisYear >= shifted(now, 0)) return thisYear;
  return valid(now.getUTCFullYear() + 1, monthNumber, Number(day));
}

function valid(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.toISOString().slice(0, 10)
    : undefined;
}

function shifted(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
