import type * as z from 'zod/mini';
import type { Handshake, ParamsOf, RequestMethod, ResultOf, Snapshot } from '../../shared/protocol.ts';
import type { App } from '../app.ts';

/** Who asks, and what a handler works with. */
export interface Call {
  readonly app: App;
  readonly tenant: string;
  readonly client: Handshake['client'];
  /** Aborts when the caller cancels the request or its connection closes. */
  readonly signal: AbortSignal;
  /** Aborts when the caller cancels the request; its connection may close meanwhile. */
  readonly cancelled: AbortSignal;
  /** Starts the connection's state notifications over. */
  attach(): Promise<Snapshot>;
}

/** How one request is served: the check of its parameters, and the call of one service. */
export interface Handler<M extends RequestMethod> {
  params: z.ZodMiniType<ParamsOf<M>>;
  handle(params: ParamsOf<M>, call: Call): ResultOf<M> | Promise<ResultOf<M>>;
}

/** A handler for each request: a missing one does not compile. */
export type Handlers<M extends RequestMethod = RequestMethod> = { readonly [K in M]: Handler<K> };
