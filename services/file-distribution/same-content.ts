import { CHECKSUM_ALGORITHMS, type StoredObject } from './stored-object.ts';

/** `unknown`: the two carry nothing that can be compared, such as the checksums of different parts. */
export type Comparison = 'same' | 'different' | 'unknown';

type Content = Pick<StoredObject, 'size' | 'etag' | 'checksums' | 'opaqueEtag'>;

/** Compares two objects by size, checksums and ETag, without reading either. */
export function compareContent(one: Content, other: Content): Comparison {
  if (one.size !== other.size) return 'different';
  const found = fingerprintPairs(one, other).map(([a, b]) => compareFingerprints(a, b));
  if (found.includes('different')) return 'different';
  return found.includes('same') ? 'same' : 'unknown';
}

/** Whether a fingerprint is over the bytes themselves; else it is over the fingerprints of parts and ends in their number. */
export function isWhole(fingerprint: string): boolean {
  return !/-\d+"?$/.test(fingerprint);
}

/** The fingerprints of an object that can say something about a copy of it. An empty one says nothing. */
export function fingerprints({ etag, checksums, opaqueEtag }: Content): string[] {
  const values = CHECKSUM_ALGORITHMS.map((algorithm) => checksums[algorithm] ?? '');
  return [...values, opaqueEtag ? '' : etag];
}

function fingerprintPairs(one: Content, other: Content): [string, string][] {
  const others = fingerprints(other);
  return fingerprints(one).map((fingerprint, index) => [fingerprint, others[index] ?? '']);
}

/** Over parts, equal means equal bytes; but the same bytes in other parts give another fingerprint. */
function compareFingerprints(a: string, b: string): Comparison {
  if (a === '' || b === '') return 'unknown';
  if (a === b) return 'same';
  return isWhole(a) && isWhole(b) ? 'different' : 'unknown';
}
