import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { during } from './copy-errors.ts';
import type { Address, StoredObject } from './stored-object.ts';

/** Copies an object of at most 5 GiB in one call, with its metadata and tags. S3 moves the bytes. */
export async function copyWhole(
  s3: S3Client,
  source: StoredObject,
  { bucket, key }: Address,
  abortSignal: AbortSignal,
): Promise<void> {
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: key,
    CopySource: copySource(source.address),
    CopySourceIfMatch: source.etag,
    MetadataDirective: 'COPY',
    TaggingDirective: 'COPY',
  });
  await during('writing the destination', s3.send(command, { abortSignal }));
}

/** An address as the header of a copy takes it: `bucket/path%20to/key?versionId=…`. */
export function copySource({ bucket, key, versionId }: Address): string {
  const path = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}
