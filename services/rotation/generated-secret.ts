import { randomInt } from 'node:crypto';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** As many as the stack generates: 48 characters of 62 are 285 bits. */
const LENGTH = 48;

/** A new secret that fits into headers, forms of Jira and shells as it is: letters and digits. */
export function generatedSecret(): string {
  return Array.from({ length: LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
}
