import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { isNotFound } from './copy-errors.ts';

/** The algorithms of S3's additional checksums, the ones that cover the whole object also after a multipart upload first. */
export const CHECKSUM_ALGORITHMS = ['CRC64NVME', 'CRC32C', 'CRC32', 'SHA256', 'SHA1'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** Where an object is. Without a version: its newest one. */
export interface Address {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

/** What of an object is copied along with its bytes, in the words of CreateMultipartUpload. */
export interface Properties {
  CacheControl: string | undefined;
  ContentDisposition: string | undefined;
  ContentEncoding: string | undefined;
  ContentLanguage: string | undefined;
  ContentType: string | undefined;
  Expires: Date | undefined;
  Metadata: Record<string, string>;
}

/** One version of an object, as HEAD shows it. */
export interface StoredObject {
  /** With the version, where the bucket keeps versions. */
  address: Address;
  size: number;
  etag: string;
  /** Base64, with `-<parts>` at its end where it is a checksum of the parts' checksums. */
  checksums: Partial<Record<ChecksumAlgorithm, string>>;
  /** Encrypted in a way that makes the ETag something other than an MD5. */
  opaqueEtag: boolean;
  properties: Properties;
  tagCount: number;
}

/** Reads what an object is; undefined when it is not there, or its bucket is not. Throws the SDK's other errors. */
export async function findObject(
  s3: S3Client,
  { bucket, key, versionId }: Address,
  abortSignal: AbortSignal,
): Promise<StoredObject | undefined> {
  try {
    const input = { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
    const head = await s3.send(new HeadObjectCommand({ ...input, ChecksumMode: 'ENABLED' }), { abortSignal });
    return storedObject({ bucket, key, versionId: head.VersionId ?? versionId }, head);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Size in bytes of the first part of an object that was uploaded in parts; of the whole object otherwise. */
export async function firstPartBytes(
  s3: S3Client,
  { address: { bucket, key, versionId } }: StoredObject,
  abortSignal: AbortSignal,
): Promise<number> {
  const input = { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
  const head = await s3.send(new HeadObjectCommand({ ...input, PartNumber: 1 }), { abortSignal });
  return head.ContentLength ?? 0;
}

function storedObject(address: Address, head: HeadObjectCommandOutput): StoredObject {
  const encryption = head.ServerSideEncryption ?? 'AES256';
  return {
    address,
    size: head.ContentLength ?? 0,
    etag: head.ETag ?? '',
    checksums: checksumsOf(head),
    opaqueEtag: encryption !== 'AES256' || head.SSECustomerAlgorithm !== undefined,
    properties: propertiesOf(head),
    tagCount: head.TagCount ?? 0,
  };
}

function checksumsOf(head: HeadObjectCommandOutput): StoredObject['checksums'] {
  return Object.fromEntries(
    CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = head[`Checksum${algorithm}`];
      return value === undefined ? [] : [[algorithm, value]];
    }),
  );
}

function propertiesOf(head: HeadObjectCommandOutput): Properties {
  return {
    CacheControl: head.CacheControl,
    ContentDisposition: head.ContentDisposition,
    ContentEncoding: head.ContentEncoding,
    ContentLanguage: head.ContentLanguage,
    ContentType: head.ContentType,
    Expires: head.ExpiresString === undefined ? undefined : new Date(head.ExpiresString),
    Metadata: head.Metadata ?? {},
  };
}
