import { toErrorData } from '../../shared/errors.ts';

/** Checks of what a user types. Each returns the sentence to show, or undefined when the input is good. */

const MAX_COMPANY = 80;

export function companyProblem(text: string): string | undefined {
  const company = text.trim();
  if (company === '') return 'Type the name of the company.';
  return company.length > MAX_COMPANY ? `At most ${String(MAX_COMPANY)} characters.` : undefined;
}

export function websiteProblem(text: string): string | undefined {
  if (text.trim() === '') return 'Type the address of a website.';
  return normalizeWebsite(text) === undefined ? 'Not an http or https address.' : undefined;
}

/** `acme.com` becomes `https://acme.com/`; undefined when it is no address of a website. */
export function normalizeWebsite(text: string): string | undefined {
  const typed = text.trim();
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (/\s/.test(typed) || !URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const { hostname } = url;
  const plausible = hostname.includes('.') || hostname === 'localhost' || hostname.startsWith('[');
  return plausible ? url.href : undefined;
}

export function apiKeyProblem(text: string): string | undefined {
  const key = text.trim();
  if (key === '') return 'Paste the key.';
  return /\s/.test(key) ? 'A key holds no spaces.' : undefined;
}

/** Whether a document is a demo spec. */
export function isDemoSpec(path: string): boolean {
  return /\.demo\.ya?ml$/i.test(path);
}

/** The platform whose API key the server found missing, when that is what `error` says. */
export function platformOfMissingKey(error: unknown): string | undefined {
  const { code, field, facts } = toErrorData(error);
  const platform = facts?.['platform'];
  return code === 'invalid-input' && field === 'apiKey' && typeof platform === 'string'
    ? platform
    : undefined;
}
