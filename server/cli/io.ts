import { GreenroomError } from '../../shared/errors.ts';
import type { Client } from './connection.ts';
import { type Paint, paintFor } from './paint.ts';
import { connectToServer } from './withServer.ts';

/** The world of one command: where it writes, what it reads, its server, and how a person ends it. */
export interface CommandIo {
  /** Writes a line to standard output: results. */
  out(text: string): void;
  /** Writes a line to standard error: progress and errors. */
  err(text: string): void;
  /** Colours for standard output. */
  readonly paint: Paint;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly version: string;
  /** Show stacks and details. */
  readonly verbose: boolean;
  /** Aborts at the first Ctrl-C (or SIGTERM). */
  readonly signal: AbortSignal;
  /** Connects to the server, starting it when there is none. The caller closes the connection. */
  connect(): Promise<Client>;
}

/** The world of this process. The second Ctrl-C ends it at once. */
export function processIo(options: { version: string; verbose: boolean }): CommandIo {
  const { stdin, stdout, stderr, env } = process;
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new GreenroomError('cancelled', 'You cancelled it.', 'Start it again when you want.'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // The reader of a pipe has seen enough: "greenroom runs | head" is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const io: Omit<CommandIo, 'connect'> = {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    paint: paintFor(stdout),
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: controller.signal,
    ...options,
  };
  return { ...io, connect: () => connectToServer(io) };
}
