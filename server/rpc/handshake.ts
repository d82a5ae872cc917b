import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { GreenroomError } from '../../shared/errors.ts';
import type { Handshake, ServerIdentity } from '../../shared/protocol.ts';
import { settingsSchema } from '../settings.ts';

/** What must hold before anything else is looked at, so that the rest may change between protocol versions. */
const credentials = z.looseObject({ protocol: z.int(), secret: z.string().max(1000) });

const handshakeSchema: z.ZodType<Handshake> = z.object({
  protocol: z.int(),
  secret: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  client: z.enum(['vscode', 'cli', 'test']),
  tenant: z.string().min(1).max(1000),
  settings: settingsSchema.exactOptional(),
});

export type HandshakeOutcome =
  | { kind: 'accepted'; handshake: Handshake }
  /** It may still ask the server to make room. */
  | { kind: 'other-protocol'; error: GreenroomError }
  | { kind: 'refused'; error: GreenroomError };

/** Judges the `initializationOptions` of a connection's first request. */
export function judgeHandshake(options: unknown, secret: string, server: ServerIdentity): HandshakeOutcome {
  const stated = credentials.safeParse(options);
  if (!stated.success || !sameSecret(stated.data.secret, secret)) {
    return {
      kind: 'refused',
      error: new GreenroomError(
        'unauthorized',
        'The server did not accept the secret of this client.',
        'Use the same GREENROOM_HOME, and the same user, as the server.',
      ),
    };
  }
  const { protocol } = stated.data;
  if (protocol !== server.protocol) return { kind: 'other-protocol', error: mismatch(protocol, server) };
  const handshake = handshakeSchema.safeParse(options);
  if (handshake.success) return { kind: 'accepted', handshake: handshake.data };
  const issue = handshake.error.issues[0];
  return {
    kind: 'refused',
    error: new GreenroomError(
      'invalid-input',
      `The client's handshake is wrong: ${issue?.message ?? 'unknown'}`,
      'Correct the named value; a setting of Greenroom may be out of its bounds.',
      { field: issue?.path.join('.') ?? '' },
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
