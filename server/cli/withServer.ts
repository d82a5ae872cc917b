import type { Client, ClientOptions } from './connection.ts';
import { currentPaths } from '../home.ts';
import type { CommandIo } from './io.ts';

/** How this command line presents itself to the server. */
export function clientOptions(io: Pick<CommandIo, 'env' | 'version' | 'cwd' | 'signal'>): ClientOptions {
  return {
    paths: currentPaths(io.env),
    env: io.env,
    version: io.version,
    client: 'cli',
    tenant: io.cwd,
    signal: io.signal,
  };
}

/** Connects to the server, which is started when there is none; tells a person why that takes long. */
export async function connectToServer(io: Omit<CommandIo, 'connect'>): Promise<Client> {
  const { openClient } = await import('./connection.ts');
  let told = '';
  const { connection } = await openClient({
    ...clientOptions(io),
    onProgress: (progress) => {
      const text =
        progress.phase === 'starting'
          ? 'Starting the server.'
          : `Waiting for server ${progress.version} to finish its work (${progress.activeRuns} under way).`;
      if (text === told || (progress.phase === 'starting' && !io.verbose)) return;
      told = text;
      io.err(text);
    },
  });
  return connection;
}

/** Runs `use` with a connection to the server and closes it afterwards. */
export async function withServer<T>(io: CommandIo, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await io.connect();
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
