import type { Client } from './connection.ts';

/** What a command works with. */
export interface CommandIo {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Aborts at the first Ctrl-C. */
  signal: AbortSignal;
  /** The server, started if there is none. */
  connect(): Promise<Client>;
}
