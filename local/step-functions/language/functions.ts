import { createHash, randomUUID } from 'node:crypto';
import { JsonSource } from '../../json-source.ts';

/**
 * Names that Step Functions' own JSONata functions take in expressions. They have no signatures for jsonata to check: the
 * service treats arguments that are missing, of another type or too many in ways of its own, which are written out below.
 * What is `undefined` fails the field that the expression stands in. Source: developer guide, "Transforming data with
 * JSONata", and what the service answers.
 */
export const FUNCTIONS: Readonly<Record<string, (...given: unknown[]) => unknown>> = {
  partition,
  range,
  hash,
  random,
  uuid,
  parse,
};

/** Longest array that `$range` makes: the service's memory limit on it. */
const LONGEST_RANGE = 360_145;

/** One chunk when it is not told how long they are; nothing for no items, or chunks of none. */
function partition(array?: unknown, size?: unknown, ...more: unknown[]): unknown {
  noMore('partition', 3, more);
  if (array === undefined) return undefined;
  // jsonata words this as "… an array of undefined": the service does the same.
  if (!Array.isArray(array)) throw { code: 'T0412', index: 1, token: 'partition' };
  if (array.length === 0) return undefined;
  const width = size === undefined ? array.length : integer('partition', 2, size);
  if (width < 0) throw { code: 'D3137', message: 'Second argument must be zero or greater' };
  if (width === 0) return undefined;
  return Array.from({ length: Math.ceil(array.length / width) }, (_, i) => array.slice(i * width, (i + 1) * width));
}

/** Both ends are part of the range; one number alone stands for itself. Nothing where the step does not lead to the end. */
function range(first?: unknown, last?: unknown, by?: unknown, ...more: unknown[]): unknown {
  noMore('range', 4, more);
  const start = integer('range', 1, first);
  const end = integer('range', 2, last);
  if (by === undefined) return undefined;
  const step = integer('range', 3, by);
  if (step === 0 || (step > 0 ? start > end : start < end)) return undefined;
  const length = Math.floor((end - start) / step) + 1;
  if (length === 1) return start;
  if (length > LONGEST_RANGE)
    throw new FunctionError('Expression evaluation memory limit exceeded: Check for excessive memory usage');
  return Array.from({ length }, (_, i) => start + i * step);
}

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['SHA-1', 'sha1'],
  ['SHA-384', 'sha384'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
  ['MD5', 'md5'],
]);

/** Hexadecimal digest of the text's UTF-8. */
function hash(text?: unknown, algorithm?: unknown, ...more: unknown[]): unknown {
  noMore('hash', 3, more);
  if (typeof text !== 'string') throw mismatch('hash', 1);
  if (algorithm === undefined) return undefined;
  if (typeof algorithm !== 'string') throw mismatch('hash', 2);
  const name = ALGORITHMS.get(algorithm);
  if (name) return createHash(name).update(text).digest('hex');
  const known = [...ALGORITHMS.keys()].join(', ');
  throw { code: 'D3137', message: `Hash algorithm '${algorithm}' must be one of ${known}` };
}

/** Uniform in [0, 1). The same seed gives the same number: one draw of the 48-bit generator of java.util.Random. */
function random(seed?: unknown, ...more: unknown[]): number {
  noMore('random', 2, more);
  if (seed === undefined) return Math.random();
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(integer('random', 1, seed)) ^ 0x5deece66dn) & mask;
  const bits = (count: bigint) => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - count);
  };
  return Number((bits(26n) << 27n) + bits(27n)) / 2 ** 53;
}

function uuid(...given: unknown[]): string {
  noMore('uuid', 1, given);
  return randomUUID();
}

/** Strict: one document, no name twice in an object, numbers that a double can hold. */
function parse(text?: unknown, ...more: unknown[]): unknown {
  noMore('parse', 2, more);
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw mismatch('parse', 1);
  const source = new JsonSource('JSON', text);
  if (source.syntaxError || source.repeatedKeys().length > 0 || !isRepresentable(source.value))
    throw { code: 'D3137', message: 'Invalid JSON' };
  return source.value;
}

/** `JSON.parse` reads numbers that are too large as infinite. */
function isRepresentable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isRepresentable);
}

/** Numbers are cut to integers towards zero. */
function integer(name: string, index: number, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(name, index);
  return Math.trunc(value) + 0; // no -0
}

/** @param index of the first argument that is too much */
function noMore(name: string, index: number, more: readonly unknown[]): void {
  if (more[0] !== undefined) throw mismatch(name, index);
}

/** jsonata's own error for an argument of the wrong type; it puts the message to the code. */
function mismatch(token: string, index: number): object {
  return { code: 'T0410', index, token };
}

/** The evaluation itself broke a limit; the message is the whole answer. */
export class FunctionError extends Error {}
