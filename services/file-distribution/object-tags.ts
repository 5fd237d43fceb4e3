import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StoredObject } from './stored-object.ts';

/** The tags of an object, by name. No call for an object that has none. */
export async function tagsOf(
  s3: S3Client,
  { address: { bucket, key, versionId }, tagCount }: StoredObject,
  abortSignal: AbortSignal,
): Promise<Record<string, string>> {
  if (tagCount === 0) return {};
  const input = { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(input), { abortSignal });
  return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Tags as CreateMultipartUpload takes them: `owner=platform&region=eu%20west`. */
export function tagQuery(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
}
