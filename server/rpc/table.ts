import type { RequestMethod } from '../../shared/protocol.ts';
import type { Handler, Handlers } from './handlers.ts';
import { healthHandlers } from './health.ts';
import { serverHandlers } from './serverControl.ts';

const health = () => Promise.resolve(healthHandlers);
const server = () => Promise.resolve(serverHandlers);
const runs = async () => (await import('./runs.ts')).runHandlers;
const sessions = async () => (await import('./sessions.ts')).sessionHandlers;
const scrape = async () => (await import('./scrape.ts')).scrapeHandlers;
const chat = async () => (await import('./chat.ts')).chatHandlers;
const sandbox = async () => (await import('./sandbox.ts')).sandboxHandlers;

/** For each request, how to load the topic that serves it: a missing one does not compile. */
const TOPICS: { readonly [M in RequestMethod]: () => Promise<Handlers<M>> } = {
  'state/attach': health,
  'health/get': health,
  'run/plan': runs,
  'run/start': runs,
  'run/wait': runs,
  'run/get': runs,
  'run/cancel': runs,
  'task/run': runs,
  'session/list': sessions,
  'session/close': sessions,
  'session/closeAll': sessions,
  'scrape/start': scrape,
  'scrape/wait': scrape,
  'scrape/cancel': scrape,
  'chat/open': chat,
  'chat/send': chat,
  'sandbox/dashboard': sandbox,
  'server/stop': server,
  'server/drain': server,
};

export const METHODS = Object.keys(TOPICS) as RequestMethod[];

export function isRequestMethod(method: string): method is RequestMethod {
  return Object.hasOwn(TOPICS, method);
}

export async function handlerOf<M extends RequestMethod>(method: M): Promise<Handler<M>> {
  return (await TOPICS[method]())[method];
}
