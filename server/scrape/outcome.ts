import type { ScrapeResult } from '../../shared/protocol.ts';

export interface PageProblem {
  outcome: Exclude<ScrapeResult['outcome'], 'ok'>;
  reason: string;
}

/** Chromium's net errors (net/base/net_error_list.h) in words; `{host}` is the website's host. */
const NET_ERRORS: readonly (readonly [RegExp, string])[] = [
  [
    /ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED/,
    'There is no website at {host}: the name is not known.',
  ],
  [/ERR_CONNECTION_REFUSED/, '{host} refuses connections.'],
  [
    /ERR_CONNECTION_(RESET|CLOSED|ABORTED|FAILED)|ERR_EMPTY_RESPONSE|ERR_SOCKET/,
    '{host} broke off the connection.',
  ],
  [/ERR_(CERT|SSL|BAD_SSL)/, "{host} can't prove its identity: its TLS certificate or connection is faulty."],
  [/ERR_TOO_MANY_REDIRECTS/, '{host} redirects in a circle.'],
  [
    /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_ADDRESS_UNREACHABLE/,
    '{host} is out of reach: check the network.',
  ],
  [/ERR_PROXY|ERR_TUNNEL/, 'The proxy does not let requests to {host} through.'],
  [/ERR_UNSAFE_PORT/, 'Browsers do not open pages on this port of {host}.'],
  [/ERR_BLOCKED_BY/, 'The page on {host} was blocked.'],
  [
    /ERR_HTTP2|ERR_QUIC|ERR_INVALID_|ERR_CONTENT|ERR_RESPONSE/,
    '{host} gave an answer that is no valid HTTP.',
  ],
];

/** What a failed navigation says about the page; undefined when it is not about the page (a crash, a closed page). */
export function pageProblem(error: unknown, url: string): PageProblem | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const host = URL.parse(url)?.host ?? url;
  if (/Timeout [\d.]+ms exceeded|ERR_(CONNECTION_)?TIMED_OUT/.test(message)) {
    return { outcome: 'timeout', reason: `${host} did not send the page in time.` };
  }
  if (/Download is starting/.test(message)) {
    return { outcome: 'unsupported-type', reason: `${url} is a file to download, not a web page.` };
  }
  if (/ERR_TOO_MANY_REDIRECTS|keeps navigating/.test(message)) {
    return { outcome: 'network-error', reason: `${host} redirects in a circle.` };
  }
  const known = NET_ERRORS.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return { outcome: 'network-error', reason: known[1].replace('{host}', host) };
  const code = /net::(ERR_\w+)/.exec(message)?.[1];
  if (code === undefined) return undefined;
  return { outcome: 'network-error', reason: `${host} could not be reached (${code}).` };
}
