import { createHash, timingSafeEqual } from 'node:crypto';
import { GreenroomError } from '../../shared/errors.ts';
import type { Handshake, ServerIdentity } from '../../shared/protocol.ts';
import { checkSettings } from '../settings.ts';

const CLIENTS = ['vscode', 'cli', 'test'] as const satisfies readonly Handshake['client'][];
const MAX_TENANT = 1000;

export type HandshakeOutcome =
  | { kind: 'accepted'; handshake: Handshake }
  /** It may still ask the server to make room. */
  | { kind: 'other-protocol'; error: GreenroomError }
  | { kind: 'refused'; error: GreenroomError };

/** Judges the `initializationOptions` of a connection's first request. */
export function judgeHandshake(options: unknown, secret: string, server: ServerIdentity): HandshakeOutcome {
  const stated = (typeof options === 'object' && options !== null ? options : {}) as Readonly<
    Record<keyof Handshake, unknown>
  >;
  if (typeof stated.secret !== 'string' || !sameSecret(stated.secret, secret)) {
    return {
      kind: 'refused',
      error: new GreenroomError(
        'unauthorized',
        'The server did not accept the secret of this client.',
        'Use the same GREENROOM_HOME, and the same user, as the server.',
      ),
    };
  }
  // Nothing but protocol and secret is looked at before: the rest may change between protocol versions.
  const { protocol } = stated;
  if (typeof protocol !== 'number' || protocol !== server.protocol) {
    return { kind: 'other-protocol', error: mismatch(Number(protocol) || 0, server) };
  }
  const { version, client, tenant } = stated;
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+/.test(version))
    return wrong('version', 'must be a version');
  const known = CLIENTS.find((each) => each === client);
  if (known === undefined) return wrong('client', `must be one of ${CLIENTS.join(', ')}`);
  if (typeof tenant !== 'string' || tenant === '' || tenant.length > MAX_TENANT) {
    return wrong('tenant', `must be a text of 1 to ${MAX_TENANT} characters`);
  }
  const checked = checkSettings(stated.settings);
  if ('problem' in checked) return wrong(checked.field, checked.problem);
  const { settings } = checked;
  return { kind: 'accepted', handshake: { protocol, secret, version, client: known, tenant, settings } };
}

function wrong(field: string, problem: string): HandshakeOutcome {
  return {
    kind: 'refused',
    error: new GreenroomError(
      'invalid-input',
      `"${field}" of the client's handshake ${problem}.`,
      'Correct the named value; settings of Greenroom have bounds.',
      { field },
    ),
  };
}

/** Digests have one length, so that the comparison takes the same time for every guess. */
function sameSecret(given: string, ours: string): boolean {
  const [left, right] = [given, ours].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

function mismatch(protocol: number, server: ServerIdentity): GreenroomError {
  const clientIsOlder = protocol < server.protocol;
  return new GreenroomError(
    'version-mismatch',
    `The server (version ${server.version}) speaks protocol ${server.protocol}, the client speaks ${protocol}.`,
    clientIsOlder
      ? 'Update this client of Greenroom, and reload the window if it is an editor.'
      : 'End the older server with "greenroom stop"; a newer one starts by itself.',
    { facts: { serverProtocol: server.protocol, serverVersion: server.version, clientProtocol: protocol } },
  );
}
