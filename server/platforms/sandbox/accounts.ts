import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { ulid } from 'ulid';
import * as z from 'zod';
import { JsonDocument } from './document.ts';
import { type ApiKey, apiKeySchema, SandboxProblem } from './model.ts';

const accountSchema = z.object({
  email: z.string(),
  password: z.string(),
  /** What the REST API wants for cloning templates, before there is a key. */
  cloneSecret: z.string(),
});
export type Account = z.output<typeof accountSchema>;

const PRIVATE = 0o600;
const SESSION_MS = 7 * 86_400_000;
const ONCE_MS = 60_000;
const MAX_KEYS = 200;
const MAX_SESSIONS = 100;

/** Who may do what: the one account, its dashboard sessions, one-time links and API keys. Secrets are kept as hashes. */
export class Accounts {
  readonly account: Account;
  readonly #keys: JsonDocument<ApiKey[]>;
  /** Hash of the cookie -> when it ends. */
  readonly #sessions: JsonDocument<Record<string, number>>;
  readonly #links = new Map<string, number>();
  readonly #now: () => Date;

  private constructor(
    account: Account,
    keys: JsonDocument<ApiKey[]>,
    sessions: JsonDocument<Record<string, number>>,
    now: () => Date,
  ) {
    this.account = account;
    this.#keys = keys;
    this.#sessions = sessions;
    this.#now = now;
  }

  /** Makes the account at first start. */
  static async open(dir: string, now: () => Date): Promise<Accounts> {
    const options = { mode: PRIVATE };
    const account = await JsonDocument.load(
      join(dir, 'account.json'),
      (content) => accountSchema.parse(content),
      () => ({ email: 'demo@sandbox.test', password: secret(18), cloneSecret: secret(24) }),
      options,
    );
    await account.save();
    const keys = await JsonDocument.load(
      join(dir, 'keys.json'),
      (content) => z.array(apiKeySchema).parse(content),
      () => [],
      options,
    );
    const sessions = await JsonDocument.load(
      join(dir, 'sessions.json'),
      (content) => z.record(z.string(), z.number()).parse(content),
      () => ({}),
      options,
    );
    return new Accounts(account.value, keys, sessions, now);
  }

  /** A new session's cookie, or undefined for wrong credentials. */
  async logIn(email: string, password: string): Promise<string | undefined> {
    const known =
      same(email.trim().toLowerCase(), this.account.email) && same(password, this.account.password);
    return known ? await this.#newSession() : undefined;
  }

  /** A token that logs in once, within 60 s. */
  newLink(): string {
    const token = secret(24);
    this.#links.set(sha256(token), this.#now().getTime() + ONCE_MS);
    return token;
  }

  /** A new session's cookie, or undefined when the token is unknown, used or too old. */
  async logInOnce(token: string): Promise<string | undefined> {
    const hash = sha256(token);
    const until = this.#links.get(hash);
    this.#links.delete(hash);
    const now = this.#now().getTime();
    for (const [link, end] of this.#links) if (end < now) this.#links.delete(link);
    return until !== undefined && until >= now ? await this.#newSession() : undefined;
  }

  isSession(cookie: string | undefined): boolean {
    const until = cookie === undefined ? undefined : this.#sessions.value[sha256(cookie)];
    return until !== undefined && until > this.#now().getTime();
  }

  async logOut(cookie: string): Promise<void> {
    Reflect.deleteProperty(this.#sessions.value, sha256(cookie));
    await this.#sessions.save();
  }

  /** Newest first. */
  keys(): readonly ApiKey[] {
    return [...this.#keys.value].reverse();
  }

  /** Makes a key; its text is not kept. */
  async newKey(name: string): Promise<{ key: ApiKey; text: string }> {
    if (this.#keys.value.length >= MAX_KEYS) {
      throw new SandboxProblem(
        400,
        'bad_request',
        `An account has at most ${MAX_KEYS} keys. Revoke one first.`,
      );
    }
    const text = randomBytes(20).toString('hex');
    const masked = `${text.slice(0, 4)}${'•'.repeat(8)}${text.slice(-4)}`;
    const createdAt = this.#now().toISOString();
    const key: ApiKey = { id: ulid(), name, sha256: sha256(text), masked, createdAt };
    this.#keys.value.push(key);
    await this.#keys.save();
    return { key, text };
  }

  async revokeKey(id: string): Promise<void> {
    const place = this.#keys.value.findIndex((key) => key.id === id);
    if (place < 0) throw new SandboxProblem(404, 'not_found', 'There is no such key.');
    this.#keys.value.splice(place, 1);
    await this.#keys.save();
  }

  /** The key with this text. */
  findKey(text: string): ApiKey | undefined {
    const hash = sha256(text);
    return this.#keys.value.find((key) => same(key.sha256, hash));
  }

  isCloneSecret(text: string): boolean {
    return same(text, this.account.cloneSecret);
  }

  async #newSession(): Promise<string> {
    const cookie = secret(24);
    const now = this.#now().getTime();
    const open = Object.entries(this.#sessions.value).filter(([, until]) => until > now);
    this.#sessions.value = Object.fromEntries(open.slice(-MAX_SESSIONS + 1));
    this.#sessions.value[sha256(cookie)] = now + SESSION_MS;
    await this.#sessions.save();
    return cookie;
  }
}

function secret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}
