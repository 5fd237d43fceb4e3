import { createHash } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';

/**
 * Where a list goes on: opaque to callers, and good for this list only.
 * @param list what is listed, with all that must stay the same from page to page: `ListExecutions arn:…`
 */
export function encodeToken(list: string, cursor: string | number): string {
  const text = String(cursor);
  return `${Buffer.from(text).toString('base64url')}.${checksum(list, text)}`;
}

/** Throws `InvalidToken` for anything that `encodeToken` did not make for this list. */
export function decodeToken(list: string, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const [encoded = '', sum] = token.split('.');
  const cursor = Buffer.from(encoded, 'base64url').toString();
  if (sum === checksum(list, cursor)) return cursor;
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}

function checksum(list: string, cursor: string): string {
  return createHash('sha256').update(`${list}\n${cursor}`).digest('base64url').slice(0, 16);
}
