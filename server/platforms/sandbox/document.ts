import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DocumentOptions<T> {
  /** Access rights of the file. Default 0644. */
  mode?: number;
  /** What is written for the value. Default: the value itself. */
  toJson?: (value: T) => unknown;
}

/**
 * A value kept in one JSON file. Writes are atomic (a new file is renamed over the old one) and take turns; saves that
 * come while one is under way share the next.
 */
export class JsonDocument<T> {
  readonly #path: string;
  readonly #options: DocumentOptions<T>;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #removed = false;
  value: T;

  private constructor(path: string, value: T, options: DocumentOptions<T>) {
    this.#path = path;
    this.value = value;
    this.#options = options;
  }

  /** The file's content as `parse` reads it, or `initial()` when there is no file. Throws when it is damaged. */
  static async load<T>(
    path: string,
    parse: (content: unknown) => T,
    initial: () => T,
    options: DocumentOptions<T> = {},
  ): Promise<JsonDocument<T>> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new JsonDocument(path, initial(), options);
    }
    return new JsonDocument(path, parse(JSON.parse(text)), options);
  }

  static of<T>(path: string, value: T): JsonDocument<T> {
    return new JsonDocument(path, value, {});
  }

  /** Resolves when the value as it is now is in the file. */
  async save(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#write();
      return await this.#writing;
    }
    this.#next ??= this.#writing.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return await this.#next;
  }

  /** Removes the file and ignores later saves. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#writing?.catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #startNext(): Promise<void> {
    this.#next = undefined;
    this.#writing = this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      if (this.#removed) return;
      const { toJson, mode = 0o644 } = this.#options;
      const text = JSON.stringify(toJson === undefined ? this.value : toJson(this.value));
      const temporary = `${this.#path}.${process.pid}.tmp`;
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFile(temporary, text, { mode });
      await rename(temporary, this.#path);
    } finally {
      if (this.#next === undefined) this.#writing = undefined;
    }
  }
}
