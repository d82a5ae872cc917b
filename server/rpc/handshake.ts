import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { GreenroomError } from '../../shared/errors.ts';
import type { Handshake, ServerIdentity } from '../../shared/protocol.ts';
import { settingsSchema } from '../settings.ts';
import { inEnglish } from './schemas.ts';

const handshakeSchema: z.ZodMiniType<Handshake> = z.object({
  protocol: z.int(),
  secret: z.string(),
  version: z.string().check(z.regex(/^\d+\.\d+\.\d+/, 'a version, such as 1.2.3')),
  client: z.enum(['vscode', 'cli', 'test']),
  tenant: z.string().check(z.minLength(1), z.maxLength(1000)),
  settings: z.exactOptional(settingsSchema),
});

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
  const checked = handshakeSchema.safeParse(options, inEnglish);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return { kind: 'refused', error: wrong(issue?.path.join('.') ?? '', issue?.message ?? 'not valid') };
  }
  return { kind: 'accepted', handshake: checked.data };
}

function wrong(field: string, problem: string): GreenroomError {
  return new GreenroomError(
    'invalid-input',
    `"${field}" of the client's handshake is wrong: ${problem}`,
    'Correct the named value; settings of Greenroom have bounds.',
    { field },
  );
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
