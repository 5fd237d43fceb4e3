import { createHash } from 'node:crypto';
import type { AccessKey } from './principal.ts';

/** AWS's alphabet for key ids (RFC 4648 base32). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The key of a role's session: `ASIA`, 8 characters that tell the role, 8 that tell the session. Derived by hash, so
 * that it is the same after a restart and a key in use never turns into somebody else's.
 */
export function accessKeyOf(roleArn: string, sessionName: string): AccessKey {
  const session = `${roleArn}\n${sessionName}`;
  return {
    accessKeyId: `${rolePrefix(roleArn)}${base32(`session\n${session}`, 8)}`,
    secretAccessKey: digest(`secret\n${session}`).toString('base64').slice(0, 40),
    sessionToken: digest(`token\n${session}`).toString('base64'),
  };
}

/** The first 12 characters of every key id of a role. */
export function rolePrefix(roleArn: string): string {
  return `ASIA${base32(`role\n${roleArn}`, 8)}`;
}

function base32(text: string, length: number): string {
  return [...digest(text).subarray(0, length)].map((byte) => ALPHABET[byte % 32]).join('');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
