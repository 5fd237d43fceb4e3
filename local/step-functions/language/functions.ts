import { createHash, randomUUID } from 'node:crypto';

/** Names that Step Functions' own JSONata functions take in expressions, with jsonata's signatures. */
export const FUNCTIONS = {
  partition: { signature: '<a-n:a>', run: partition },
  range: { signature: '<nnn:a>', run: range },
  hash: { signature: '<s-s:s>', run: hash },
  random: { signature: '<n?:n>', run: random },
  uuid: { signature: '<:s>', run: () => randomUUID() },
  parse: { signature: '<s-:x>', run: parse },
} as const;

/** Longest array that `$range` makes, as Step Functions documents it for its JSONPath twin. */
const LONGEST_RANGE = 1_000;

function partition(array: unknown[], size: number): unknown[][] {
  const width = Math.trunc(size);
  if (width < 1) throw new FunctionError('$partition: the chunk size must be a positive integer');
  return Array.from({ length: Math.ceil(array.length / width) }, (_, i) => array.slice(i * width, (i + 1) * width));
}

/** Both ends are part of the range; what it returns is a JSONata sequence: one number alone stands for itself. */
function range(first: number, last: number, step: number): unknown[] {
  if (step === 0) throw new FunctionError('$range: the step must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE)
    throw new FunctionError(`$range: at most ${LONGEST_RANGE} numbers can be generated, not ${length}`);
  return sequence(Array.from({ length }, (_, i) => first + i * step));
}

/** jsonata knows a sequence by this hidden mark; it has no public constructor for one. */
function sequence(values: unknown[]): unknown[] {
  return Object.defineProperty(values, 'sequence', { value: true, enumerable: false });
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(text: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (!name) throw new FunctionError(`$hash: the algorithm must be one of ${Object.keys(ALGORITHMS).join(', ')}`);
  return createHash(name).update(text).digest('hex');
}

/** Uniform in [0, 1). The same seed gives the same number: one draw of the 48-bit generator of java.util.Random. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & mask;
  const bits = (count: bigint) => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - count);
  };
  return Number((bits(26n) << 27n) + bits(27n)) / 2 ** 53;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FunctionError(
      `$parse: the argument is not valid JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A function refused its arguments. */
export class FunctionError extends Error {}
