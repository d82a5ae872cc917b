import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Paths } from '../../shared/paths.ts';

/**
 * Listens on the home's socket, for this user only. The caller holds the home's lock, so whatever is at the socket's
 * path was left by a server that is gone.
 */
export async function listen(paths: Paths, onConnection: (socket: Socket) => void): Promise<Server> {
  if (paths.socketFolder !== undefined) rmSync(paths.socket, { force: true });
  const server = createServer(onConnection);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path: paths.socket, backlog: 128 }, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  } finally {
    process.umask(mask);
  }
  if (paths.socketFolder !== undefined) chmodSync(paths.socket, 0o600);
  return server;
}
