/**
 * A number in [0, 1) for the `turn`-th time that fault `index` could strike. It depends on nothing else, so that a run
 * with the same seed strikes the same calls whatever else happens meanwhile.
 */
export function roll(seed: number, index: number, turn: number): number {
  let hash = mix(seed ^ 0x9e3779b9);
  hash = mix(hash ^ Math.imul(index + 1, 0x85ebca6b));
  hash = mix(hash ^ Math.imul(turn + 1, 0xc2b2ae35));
  return hash / 2 ** 32;
}

/** Spreads every bit of a 32-bit number over all of them (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
