// A module of its own, so that it is loaded at the first request: with undici come half a megabyte of code.
import { Agent } from 'undici';

/** A pool of kept-alive connections to one service. */
export function createAgent(options: { connections: number; maxResponseBytes: number }): Agent {
  return new Agent({
    connections: options.connections,
    keepAliveTimeout: 4_000,
    connectTimeout: 5_000,
    maxResponseSize: options.maxResponseBytes,
  });
}
