import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: 'versioned', versioned: true, eventBridge: true });
  local.buckets.put({ name: 'plain' });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const put = (Bucket: string, Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
async function text(Bucket: string, Key: string, VersionId?: string) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

test('an object is read back with its type, metadata and encryption', async () => {
  const Body = '{"a":1}';
  const headers = { ContentType: 'application/json', Metadata: { owner: 'me' } };
  await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'dir/ä b+c.json', Body, ...headers }));
  const found = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'dir/ä b+c.json' }));
  expect(await found.Body?.transformToString()).toBe('{"a":1}');
  expect(found).toMatchObject({ ...headers, ContentLength: 7, ServerSideEncryption: 'AES256' });
  expect(found.VersionId).toBeUndefined();
  const range = await s3.send(new GetObjectCommand({ Bucket: 'plain', Key: 'dir/ä b+c.json', Range: 'bytes=1-3' }));
  expect(await range.Body?.transformToString()).toBe('"a"');
});

test('versions are kept, addressed, and outlive a delete marker', async () => {
  const one = await put('versioned', 'k', 'one');
  const two = await put('versioned', 'k', 'two');
  expect(await text('versioned', 'k')).toBe('two');
  expect(await text('versioned', 'k', one.VersionId)).toBe('one');

  const deleted = await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'k' }));
  expect(deleted.DeleteMarker).toBe(true);
  await expect(text('versioned', 'k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await text('versioned', 'k', two.VersionId)).toBe('two');
  const list = await s3.send(new ListObjectVersionsCommand({ Bucket: 'versioned', Prefix: 'k' }));
  expect(list.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
    [two.VersionId, false],
    [one.VersionId, false],
  ]);
  expect(list.DeleteMarkers).toMatchObject([{ VersionId: deleted.VersionId, IsLatest: true }]);

  await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'k', VersionId: deleted.VersionId }));
  expect(await text('versioned', 'k')).toBe('two');
});

test('a suspended bucket overwrites its null version and keeps the others', async () => {
  local.buckets.put({ name: 'suspended', versioned: true });
  const kept = await put('suspended', 'k', 'kept');
  const VersioningConfiguration = { Status: 'Suspended' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'suspended', VersioningConfiguration }));
  await put('suspended', 'k', 'null one');
  await put('suspended', 'k', 'null two');
  expect(await text('suspended', 'k')).toBe('null two');
  expect(await text('suspended', 'k', kept.VersionId)).toBe('kept');
  const list = await s3.send(new ListObjectVersionsCommand({ Bucket: 'suspended' }));
  expect(list.Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept.VersionId]);
});

test('a copy takes content, metadata and tags, also of an older version', async () => {
  const Tagging = 'team=blue';
  const source = new PutObjectCommand({
    Bucket: 'versioned',
    Key: 'source key',
    Body: 'old',
    Metadata: { a: 'b' },
    Tagging,
  });
  const { VersionId } = await s3.send(source);
  await put('versioned', 'source key', 'new');
  const CopySource = `versioned/source%20key?versionId=${VersionId}`;
  const copy = await s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copied', CopySource }));
  expect(copy.CopySourceVersionId).toBe(VersionId);
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'copied' }));
  expect(head).toMatchObject({ ContentLength: 3, Metadata: { a: 'b' } });
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'copied' }));
  expect(tags.TagSet).toEqual([{ Key: 'team', Value: 'blue' }]);
});

test('tags are replaced as a whole', async () => {
  await put('plain', 'tagged', 'x');
  const TagSet = [{ Key: 'a<b', Value: '1 & 2' }];
  await s3.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged', Tagging: { TagSet } }));
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged' }))).TagSet).toEqual(TagSet);
});

test('lists are in byte order, paged, and folded at a delimiter', async () => {
  local.buckets.put({ name: 'listed' });
  for (const key of ['b/2', 'a', 'B', 'b/1', 'c']) await put('listed', key, key);
  const all = await s3.send(new ListObjectsV2Command({ Bucket: 'listed' }));
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(['B', 'a', 'b/1', 'b/2', 'c']);
  const folded = await s3.send(new ListObjectsV2Command({ Bucket: 'listed', Delimiter: '/', MaxKeys: 3 }));
  expect(folded.Contents?.map(({ Key }) => Key)).toEqual(['B', 'a']);
  expect(folded.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
  const next = { ContinuationToken: folded.NextContinuationToken, Delimiter: '/', MaxKeys: 3 };
  const rest = await s3.send(new ListObjectsV2Command({ Bucket: 'listed', ...next }));
  expect(rest).toMatchObject({ IsTruncated: false, KeyCount: 1, Contents: [{ Key: 'c' }] });
  const prefixed = await s3.send(new ListObjectsV2Command({ Bucket: 'listed', Prefix: 'b/', StartAfter: 'b/1' }));
  expect(prefixed.Contents?.map(({ Key }) => Key)).toEqual(['b/2']);
});

test('several objects are deleted at once', async () => {
  await put('plain', 'gone 1', 'x');
  await put('plain', 'gone 2', 'x');
  const Objects = [{ Key: 'gone 1' }, { Key: 'gone 2' }];
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects } }));
  expect(Deleted).toEqual(Objects);
  expect((await s3.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'gone' }))).KeyCount).toBe(0);
});

test('a conditional write meets what is there', async () => {
  await put('plain', 'once', 'first');
  const again = new PutObjectCommand({ Bucket: 'plain', Key: 'once', Body: 'second', IfNoneMatch: '*' });
  await expect(s3.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await text('plain', 'once')).toBe('first');
});

test('EventBridge hears of puts, copies and deletions, of buckets that want it', async () => {
  local.objectEvents.length = 0;
  const { VersionId, ETag } = await put('versioned', 'inputs/a b.json', '{}');
  await put('plain', 'unheard', 'x');
  const CopySource = 'plain/unheard';
  await s3.send(new CopyObjectCommand({ Bucket: 'versioned', Key: 'copy', CopySource }));
  await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'copy' }));
  expect(local.objectEvents).toMatchObject([
    {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: ['arn:aws:s3:::versioned'],
      detail: {
        version: '0',
        bucket: { name: 'versioned' },
        object: { key: 'inputs/a b.json', size: 2, etag: ETag?.replaceAll('"', ''), 'version-id': VersionId },
        reason: 'PutObject',
      },
    },
    { 'detail-type': 'Object Created', detail: { object: { key: 'copy' }, reason: 'CopyObject' } },
    { 'detail-type': 'Object Deleted', detail: { 'deletion-type': 'Delete Marker Created' } },
  ]);
});
