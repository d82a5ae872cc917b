import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino, stdSerializers } from 'pino';
import { CENSORED, REDACTED_PATHS, type Redactor } from './logRedaction.ts';

export interface LogOptions {
  /** The newest log; older ones get `.1`, `.2`, … appended. */
  file: string;
  redactor: Redactor;
  level?: string;
  /** Size in bytes from which a log is put aside. Default 4 MB. */
  maxBytes?: number;
  /** Older logs that are kept. Default 3. */
  keep?: number;
}

/** The server's log: JSON lines, without secrets, bounded in size. Lines are on disk when the call returns. */
export function createLogger(options: LogOptions): Logger {
  const { redactor } = options;
  const file = new RotatingFile(options.file, options.maxBytes ?? 4 * 1024 * 1024, options.keep ?? 3);
  return pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: CENSORED },
      serializers: { err: stdSerializers.errWithCause },
    },
    { write: (line: string) => file.write(redactor.redact(line)) },
  );
}

/**
 * Written synchronously: a few lines a second, and the last ones before a crash are the ones that matter.
 */
class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #fd: number | undefined;
  #size = 0;

  constructor(path: string, maxBytes: number, keep: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
  }

  /** A log that cannot be written (full disk, folder deleted) never takes the server down with it. */
  write(line: string): void {
    try {
      const fd = this.#fd ?? this.#open();
      this.#size += writeSync(fd, line);
      if (this.#size >= this.#maxBytes) this.#rotate(fd);
    } catch {
      this.#fd = undefined;
    }
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const fd = openSync(this.#path, 'a', 0o600);
    this.#size = fstatSync(fd).size;
    this.#fd = fd;
    return fd;
  }

  #rotate(fd: number): void {
    closeSync(fd);
    this.#fd = undefined;
    rmSync(`${this.#path}.${this.#keep}`, { force: true });
    for (let age = this.#keep - 1; age >= 0; age--) {
      try {
        renameSync(age === 0 ? this.#path : `${this.#path}.${age}`, `${this.#path}.${age + 1}`);
      } catch {
        // There is no log of that age yet.
      }
    }
  }
}
