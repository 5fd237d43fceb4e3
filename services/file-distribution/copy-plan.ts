import { fingerprints, isWhole } from './same-content.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, type StoredObject } from './stored-object.ts';

const MIB = 1024 * 1024;
/** S3's limits of a multipart upload: parts of at least 5 MiB (but the last) and at most 5 GiB, 10,000 of them. */
const SMALLEST_PART = 5 * MIB;
const LARGEST_PART = 5 * 1024 * MIB;
const MOST_PARTS = 10_000;

/** How large objects are copied. */
export interface CopyLimits {
  /** Objects above this are copied in parts. S3's CopyObject takes at most 5 GiB. */
  thresholdBytes: number;
  /** Size of the parts, larger where an object would have more than 10,000. */
  partBytes: number;
}

/** One call, or parts that are copied side by side. */
export type CopyPlan = { kind: 'whole' } | PartsPlan;

export interface PartsPlan {
  kind: 'parts';
  partBytes: number;
  /** What S3 computes for the copy, so that it can be compared with the source. */
  checksum: { algorithm: ChecksumAlgorithm; type: 'FULL_OBJECT' | 'COMPOSITE' } | undefined;
}

/**
 * Plans the copy so that its checksum can be compared with the source's afterwards. An object that carries nothing over its whole
 * content, only a checksum or an ETag over the parts that it was uploaded in, is therefore copied in the same parts.
 *
 * @param firstPartBytes asked for only when the parts of the source matter
 */
export async function planCopy(
  source: StoredObject,
  limits: CopyLimits,
  firstPartBytes: () => Promise<number>,
): Promise<CopyPlan> {
  const partCount = countOfParts(source);
  const sameParts = partCount === undefined ? undefined : asUploaded(source, partCount, await firstPartBytes());
  if (sameParts) return sameParts;
  if (source.size <= limits.thresholdBytes) return { kind: 'whole' };
  return { kind: 'parts', partBytes: partBytesFor(source.size, limits), checksum: wholeChecksum(source) };
}

/** How many parts the source was uploaded in, if nothing but their fingerprints can be compared. */
function countOfParts(source: StoredObject): number | undefined {
  const present = fingerprints(source).filter((fingerprint) => fingerprint !== '');
  if (present.some(isWhole)) return undefined;
  const count = present[0]?.match(/-(\d+)"?$/)?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Undefined when the parts were not all of one size, which nothing but the first part's size tells cheaply. */
function asUploaded(source: StoredObject, partCount: number, partBytes: number): PartsPlan | undefined {
  const regular = partBytes > 0 && partBytes <= LARGEST_PART && Math.ceil(source.size / partBytes) === partCount;
  if (!regular || (partCount > 1 && partBytes < SMALLEST_PART)) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => source.checksums[name] !== undefined);
  return { kind: 'parts', partBytes, checksum: algorithm && { algorithm, type: 'COMPOSITE' } };
}

/** S3 computes CRCs over the whole of a multipart upload, hashes only over its parts. */
function wholeChecksum({ checksums }: StoredObject): PartsPlan['checksum'] {
  const crcs = ['CRC64NVME', 'CRC32C', 'CRC32'] as const;
  const algorithm = crcs.find((name) => isWhole(checksums[name] ?? '-0')) ?? 'CRC64NVME';
  return { algorithm, type: 'FULL_OBJECT' };
}

function partBytesFor(size: number, { partBytes }: CopyLimits): number {
  return Math.max(partBytes, SMALLEST_PART, Math.ceil(size / MOST_PARTS / MIB) * MIB);
}

/** The byte ranges of the parts, in order: `bytes=0-5242879`. */
export function partRanges(size: number, partBytes: number): string[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => {
    const first = index * partBytes;
    return `bytes=${first}-${Math.min(first + partBytes, size) - 1}`;
  });
}
