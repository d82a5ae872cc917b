const PATTERNS: readonly RegExp[] = [
  /("(?:secret|apiKey|api_key|password|token|authorization)"\s*:\s*")[^"]*/gi,
  /(\bBearer\s+)[\w.~+/=-]+/gi,
  /([?&](?:token|key|ticket|secret)=)[^&\s"'<>]+/gi,
];
const HIDDEN = '[hidden]';

/** Takes known secrets, and what looks like one, out of text that goes to a log. */
export class Redactor {
  readonly #known = new Set<string>();

  /** From now on `secret` never shows. Very short ones are left, for they would blank ordinary words. */
  add(secret: string): void {
    if (secret.length >= 6) this.#known.add(secret);
  }

  redact(text: string): string {
    let out = text;
    for (const secret of this.#known) out = out.replaceAll(secret, HIDDEN);
    for (const pattern of PATTERNS) out = out.replace(pattern, `$1${HIDDEN}`);
    return out;
  }
}
