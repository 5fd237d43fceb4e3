import type { AwsRequest } from '../gateway/service.ts';
import type { Requirement } from '../iam/principal.ts';
import { wholeBody } from './chunked-body.ts';
import { copySource } from './copy-source.ts';
import { deletionsOf } from './delete-objects.ts';
import { bucketAndKey } from './s3-operation.ts';

/** IAM actions on the bucket, where they are not `s3:<operation>`. */
const BUCKET_PERMISSIONS: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketTagging: 'PutBucketTagging',
  GetBucketCors: 'GetBucketCORS',
  PutBucketCors: 'PutBucketCORS',
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
};

/** IAM actions on the object; `?` becomes `Version` in requests for one version. */
const OBJECT_PERMISSIONS: Readonly<Record<string, string>> = {
  GetObject: 'GetObject?',
  HeadObject: 'GetObject?',
  GetObjectAttributes: 'GetObject?',
  PutObject: 'PutObject',
  CopyObject: 'PutObject',
  DeleteObject: 'DeleteObject?',
  GetObjectTagging: 'GetObject?Tagging',
  PutObjectTagging: 'PutObject?Tagging',
  DeleteObjectTagging: 'DeleteObject?Tagging',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  AbortMultipartUpload: 'AbortMultipartUpload',
  ListParts: 'ListMultipartUploadParts',
};

/** Operations that tell whether an object is there. */
const READING: readonly string[] = ['GetObject', 'HeadObject', 'GetObjectAttributes', 'GetObjectTagging'];

/** An object, or a version of it. */
export interface ObjectName {
  bucket: string;
  key: string;
  version?: string | undefined;
}

/**
 * What a caller must be allowed to do for an S3 request.
 * @param tagsOf the tags of an object; undefined when it is not in its bucket. Some permissions depend on what is there
 */
export function s3Requirements(
  request: AwsRequest,
  tagsOf: (object: ObjectName) => Readonly<Record<string, string>> | undefined,
): Requirement[] {
  const { action, path, query, headers } = request;
  const { bucket, key } = bucketAndKey(path);
  if (action === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  if (action === 'DeleteObjects') return deletions(bucket, wholeBody(request).body);
  const permission = OBJECT_PERMISSIONS[action];
  if (!permission) return [onBucket(bucket, BUCKET_PERMISSIONS[action] ?? action, query)];
  const version = query.get('versionId') ?? undefined;
  const source = headers['x-amz-copy-source'];
  const directive = headers['x-amz-tagging-directive'];
  const tagged = headers['x-amz-tagging'] !== undefined && permission === 'PutObject' && directive !== 'COPY';
  const copiesTags = action === 'CopyObject' && !tagged && directive !== 'REPLACE';
  return [
    onObject(bucket, key, permission, version),
    ...(tagged ? [onObject(bucket, key, 'PutObjectTagging')] : []),
    ...(READING.includes(action) ? [] : comparing(bucket, key, headers['if-match'])),
    ...(READING.includes(action) ? ifMissing({ bucket, key, version }, tagsOf) : []),
    ...(source === undefined ? [] : fromSource(copySource(source), tagsOf)),
    ...(source !== undefined && copiesTags ? withTags(copySource(source), { bucket, key }, tagsOf) : []),
  ];
}

type TagsOf = Parameters<typeof s3Requirements>[1];

/** Only who may list a bucket is told that it lacks an object; anyone else is refused. */
function ifMissing(object: ObjectName, tagsOf: TagsOf): Requirement[] {
  return tagsOf(object) ? [] : [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${object.bucket}` }];
}

function onBucket(bucket: string, permission: string, query: URLSearchParams): Requirement {
  const context = listContext(query);
  return { action: `s3:${permission}`, resource: `arn:aws:s3:::${bucket}`, ...(context && { context }) };
}

function onObject(bucket: string, key: string, permission: string, version?: string): Requirement {
  return {
    action: `s3:${permission.replace('?', version === undefined ? '' : 'Version')}`,
    resource: `arn:aws:s3:::${bucket}/${key}`,
    ...(version !== undefined && { context: { 's3:versionid': version } }),
  };
}

function fromSource(source: ObjectName, tagsOf: TagsOf): Requirement[] {
  return [onObject(source.bucket, source.key, 'GetObject?', source.version), ...ifMissing(source, tagsOf)];
}

/** Who makes a write or deletion depend on an object's etag may learn it: that needs to be allowed to read the object. */
function comparing(bucket: string, key: string, etag: string | undefined): Requirement[] {
  return etag === undefined || etag === '*' ? [] : [onObject(bucket, key, 'GetObject')];
}

/** Tags travel with a copy only for those who could have read and written them. */
function withTags(source: ObjectName, { bucket, key }: ObjectName, tagsOf: TagsOf): Requirement[] {
  if (Object.keys(tagsOf(source) ?? {}).length === 0) return [];
  return [
    onObject(source.bucket, source.key, 'GetObject?Tagging', source.version),
    onObject(bucket, key, 'PutObjectTagging'),
  ];
}

/** Condition keys of the list operations. */
function listContext(query: URLSearchParams): Record<string, string> | undefined {
  const known = ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[`s3:${name}`, value] as const];
  });
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function deletions(bucket: string, body: Buffer): Requirement[] {
  return deletionsOf(body).objects.flatMap(({ key, version, etag }) => [
    onObject(bucket, key, 'DeleteObject?', version),
    ...comparing(bucket, key, etag),
  ]);
}
