import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { z } from 'zod';

/** A token that is not accepted. The message is what the client is told, in `error_description`. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** API Gateway knows RSA only: with other methods a token is refused, whoever signed it. */
const DIGESTS: Readonly<Record<string, string>> = { RS256: 'RSA-SHA256', RS384: 'RSA-SHA384', RS512: 'RSA-SHA512' };

const header = z.looseObject({ alg: z.string(), kid: z.string() });
const seconds = z.number().optional();
const claims = z.looseObject({
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  exp: seconds,
  nbf: seconds,
  iat: seconds,
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
});

export type Claims = z.infer<typeof claims>;

/** A token taken apart; nothing of it is verified yet. */
export interface Token {
  alg: string;
  kid: string;
  claims: Claims;
  /** What the signature is over. */
  signed: string;
  signature: Buffer;
}

/** @throws TokenError */
export function decodeToken(text: string): Token {
  const parts = text.split('.');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length !== 3) throw new TokenError('token contains an invalid number of segments');
  const { alg, kid } = parsePart(header, first, 'header');
  const signature = Buffer.from(third, 'base64url');
  return { alg, kid, claims: parsePart(claims, second, 'payload'), signed: `${first}.${second}`, signature };
}

/** @throws TokenError unless the token was signed with the key, by a method that API Gateway knows */
export function verifySignature({ alg, signed, signature }: Token, jwk: JsonWebKey): void {
  const digest = DIGESTS[alg];
  if (digest === undefined || jwk.kty !== 'RSA') throw new TokenError(`signing method ${alg} is invalid`);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!verify(digest, Buffer.from(signed), key, signature)) throw new TokenError('the signature is invalid');
}

function parsePart<Schema extends z.ZodType>(schema: Schema, part: string, name: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch (cause) {
    throw new TokenError(`the token has no valid ${name}`, { cause });
  }
}
