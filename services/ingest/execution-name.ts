import { createHash } from 'node:crypto';

/** Names of executions hold at most 80 characters. */
const LONGEST_NAME = 80;
/** 20 hexadecimal digits (80 bits) keep two different uploads apart. */
const HASH_DIGITS = 20;

/**
 * A readable name that is the same for the same upload and different for any other: the file's name, then a hash over
 * everything that tells uploads apart.
 *
 * @param identity what makes the start unique, in order: bucket, key, version, …
 * @example executionName('inputs/release 7.json', ['bucket', 'inputs/release 7.json', 'v1']) // release-7-3f1c…
 */
export function executionName(key: string, identity: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, HASH_DIGITS);
  const readable = key
    .replace(/^inputs\//, '')
    .replace(/\.json$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME - HASH_DIGITS - 1);
  return readable ? `${readable}-${hash}` : hash;
}
