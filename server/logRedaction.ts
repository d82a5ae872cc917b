/** Fields whose values never reach a log, wherever they stand down to a depth of three. */
const SECRET_FIELDS = [
  'secret',
  'apiKey',
  'api_key',
  'password',
  'passphrase',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'storageState',
];

export const CENSORED = '[redacted]';

/** In the syntax of pino's `redact` option. */
export const REDACTED_PATHS = ['', '*.', '*.*.'].flatMap((prefix) =>
  SECRET_FIELDS.map((field) =>
    /^\w+$/.test(field) ? `${prefix}${field}` : `${prefix.replace(/\.$/, '')}["${field}"]`,
  ),
);

/** Shapes of secrets inside text: HTTP credentials and vendors' keys. */
const SECRET_SHAPES = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}|\bsk-[\w-]{16,}/g;

/** Replaces secrets in lines of a log: the values it was told, and what looks like one. */
export class Redactor {
  readonly #values = new Set<string>();

  /** Values shorter than eight characters would censor ordinary words and are refused. */
  add(value: string): void {
    if (value.length < 8) return;
    this.#values.add(value);
    // Inside a line of JSON the value may stand escaped.
    this.#values.add(JSON.stringify(value).slice(1, -1));
  }

  redact(line: string): string {
    let clean = line;
    for (const value of this.#values) clean = clean.replaceAll(value, CENSORED);
    return clean.replace(SECRET_SHAPES, CENSORED);
  }
}
