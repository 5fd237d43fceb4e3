import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '../shared/log.ts';
import { CopyFailed, CopyRefused, during } from './copy-errors.ts';
import { copyInParts } from './copy-in-parts.ts';
import { type CopyLimits, planCopy } from './copy-plan.ts';
import { copyWhole } from './copy-whole.ts';
import { tagsOf } from './object-tags.ts';
import { compareContent } from './same-content.ts';
import { type Address, findObject, firstPartBytes, type StoredObject } from './stored-object.ts';

/** One file to bring into one bucket, under its own key. */
export interface CopyRequest {
  source: Address;
  destinationBucket: string;
}

export interface CopyServices {
  s3: S3Client;
  limits: CopyLimits;
  /** Ends the copy early enough to clean up after it. */
  signal: AbortSignal;
  log: Log;
}

/** How a copy ended well. Kept short: a thousand of them make one state's output. */
export interface CopyResult {
  bucket: string;
  /** UNCHANGED: the same content with the same metadata and tags was there already. */
  status: 'COPIED' | 'UNCHANGED';
}

/**
 * Brings a file into a bucket: copies it where the bucket lacks it or has another, and compares the checksums.
 *
 * With a version in the request, it is that version. Without one it is the newest, also when a newer one arrives meanwhile: of two
 * uploads in a row, the distribution of the older one may end last, and must not leave the older file behind.
 *
 * @throws CopyRefused when it can never succeed, CopyFailed when it may succeed later
 */
export async function bringCopy(request: CopyRequest, services: CopyServices): Promise<CopyResult> {
  const { source, destinationBucket: bucket } = request;
  if (bucket === source.bucket) throw new CopyRefused('it is the source bucket: a file cannot be copied onto itself');
  const destination = { bucket, key: source.key };
  let status: CopyResult['status'] = 'UNCHANGED';
  let current = await findSource(source, services);
  if (!current) throw new CopyRefused('the source file does not exist');
  for (;;) {
    if (await bringVersion(current, destination, services)) status = 'COPIED';
    const newest: StoredObject | undefined =
      source.versionId === undefined ? await findSource(source, services) : undefined;
    if (!newest || isSameVersion(newest, current)) return { bucket, status };
    current = newest;
  }
}

function findSource(source: Address, { s3, signal }: CopyServices): Promise<StoredObject | undefined> {
  return during('reading the source', findObject(s3, source, signal));
}

function isSameVersion(one: StoredObject, other: StoredObject): boolean {
  return one.address.versionId === other.address.versionId && one.etag === other.etag;
}

/** Returns whether a copy was needed. */
async function bringVersion(source: StoredObject, destination: Address, services: CopyServices): Promise<boolean> {
  const { s3, signal, log } = services;
  const find = () => during('reading the destination', findObject(s3, destination, signal));
  const existing = await find();
  if (existing && (await isIdentical(source, existing, services))) return false;
  await copy(source, destination, services);
  const written = await find();
  const comparison = written ? compareContent(source, written) : 'different';
  if (comparison === 'different') throw new CopyFailed('ChecksumMismatch: the copy differs from the source');
  if (comparison === 'unknown')
    log.warn('no common checksum: of the copy only the size was compared', { ...destination, size: source.size });
  return true;
}

async function isIdentical(
  source: StoredObject,
  existing: StoredObject,
  { s3, signal }: CopyServices,
): Promise<boolean> {
  if (compareContent(source, existing) !== 'same') return false;
  if (canonical(source.properties) !== canonical(existing.properties)) return false;
  if (source.tagCount !== existing.tagCount) return false;
  const [wanted, present] = await Promise.all([
    during('reading the tags of the source', tagsOf(s3, source, signal)),
    during('reading the tags of the destination', tagsOf(s3, existing, signal)),
  ]);
  return canonical(wanted) === canonical(present);
}

/** JSON of a flat or nested object that does not depend on the order of its keys. */
function canonical(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

async function copy(source: StoredObject, destination: Address, services: CopyServices): Promise<void> {
  const { s3, limits, signal, log } = services;
  const plan = await planCopy(source, limits, () =>
    during('reading the first part of the source', firstPartBytes(s3, source, signal)),
  );
  log.info('copying', { source: source.address, destination, size: source.size, plan });
  if (plan.kind === 'whole') await copyWhole(s3, source, destination, signal);
  else await copyInParts({ s3, source, destination, plan, signal, log });
}
