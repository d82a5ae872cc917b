import type { SecretStorage } from 'vscode';
import { apiKeyName } from '../shared/ids.ts';
import type { Redactor } from './redact.ts';

/** API keys by platform, in the editor's secret storage. Every key that passes is hidden from the log. */
export class ApiKeys {
  readonly #storage: Pick<SecretStorage, 'get' | 'store' | 'delete'>;
  readonly #redactor: Redactor;

  constructor(storage: Pick<SecretStorage, 'get' | 'store' | 'delete'>, redactor: Redactor) {
    this.#storage = storage;
    this.#redactor = redactor;
  }

  async get(platform: string): Promise<string | undefined> {
    const key = await this.#storage.get(apiKeyName(platform));
    if (key !== undefined) this.#redactor.add(key);
    return key;
  }

  async set(platform: string, key: string): Promise<void> {
    this.#redactor.add(key);
    await this.#storage.store(apiKeyName(platform), key);
  }

  /** Returns whether there was one. */
  async clear(platform: string): Promise<boolean> {
    const had = (await this.#storage.get(apiKeyName(platform))) !== undefined;
    if (had) await this.#storage.delete(apiKeyName(platform));
    return had;
  }
}
