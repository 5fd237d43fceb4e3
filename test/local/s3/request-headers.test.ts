import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'headers';
const Key = 'k';

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: Bucket });
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const put = (more: object) => s3.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x', ...more }));
const copy = (more: object) =>
  s3.send(new CopyObjectCommand({ Bucket, Key: 'new', CopySource: `${Bucket}/${Key}`, ...more }));
const create = (more: object) => s3.send(new CreateBucketCommand({ Bucket: 'new-bucket', ...more }));
const notServed = (what: string) => `${what} is not served by the local runtime.`;

test.each([
  ['AccessControlListNotSupported', () => put({ ACL: 'public-read' }), 'The bucket does not allow ACLs'],
  ['AccessControlListNotSupported', () => put({ GrantRead: 'id=1' }), 'The bucket does not allow ACLs'],
  ['InvalidStorageClass', () => put({ StorageClass: 'FOO' }), 'The storage class you specified is not valid'],
  ['NotImplemented', () => put({ StorageClass: 'GLACIER' }), notServed('The storage class GLACIER')],
  ['NotImplemented', () => put({ ServerSideEncryption: 'aws:kms' }), notServed('The encryption aws:kms')],
  [
    'NotImplemented',
    () => put({ SSEKMSKeyId: 'key' }),
    notServed("S3's header x-amz-server-side-encryption-aws-kms-key-id"),
  ],
  [
    'NotImplemented',
    () => put({ ObjectLockLegalHoldStatus: 'ON' }),
    notServed("S3's header x-amz-object-lock-legal-hold"),
  ],
  [
    'NotImplemented',
    () => put({ WebsiteRedirectLocation: '/x' }),
    notServed("S3's header x-amz-website-redirect-location"),
  ],
  ['NotImplemented', () => put({ WriteOffsetBytes: 1 }), notServed("S3's header x-amz-write-offset-bytes")],
  ['AccessDenied', () => put({ ExpectedBucketOwner: '111111111111' }), 'Access Denied'],
  ['AccessDenied', () => copy({ ExpectedSourceBucketOwner: '111111111111' }), 'Access Denied'],
  ['InvalidArgument', () => copy({ MetadataDirective: 'FOO' }), 'Unknown metadata directive.'],
  ['InvalidArgument', () => copy({ TaggingDirective: 'FOO' }), 'Unknown tagging directive.'],
  ['InvalidRequest', () => copy({ Key }), expect.stringContaining('to copy an object to itself without changing')],
  [
    'NotImplemented',
    () => create({ ObjectLockEnabledForBucket: true }),
    notServed("S3's header x-amz-bucket-object-lock-enabled"),
  ],
  [
    'NotImplemented',
    () => create({ ObjectOwnership: 'ObjectWriter' }),
    notServed("S3's header x-amz-object-ownership"),
  ],
  [
    'NotImplemented',
    () => s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatchSize: 5 })),
    notServed("S3's header x-amz-if-match-size"),
  ],
])('%s: %#', async (name, call, message) => {
  await expect(call()).rejects.toMatchObject({ name, message });
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
});

test('a customer key is not ignored by reads either', async () => {
  const headers = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
  expect((await fetch(`${local.gateway.url}/${Bucket}/${Key}`, { headers })).status).toBe(501);
});

test('what changes nothing here is taken', async () => {
  const Owner = '000000000000';
  await put({ ACL: 'bucket-owner-full-control', StorageClass: 'STANDARD', ExpectedBucketOwner: Owner });
  await put({ ACL: 'private', ServerSideEncryption: 'AES256', RequestPayer: 'requester', Metadata: { own: '1' } });
  await create({ ObjectOwnership: 'BucketOwnerEnforced', ObjectLockEnabledForBucket: false });
  await s3.send(new GetObjectCommand({ Bucket, Key: 'new', ExpectedBucketOwner: Owner, ChecksumMode: 'ENABLED' }));
  await copy({ Key, MetadataDirective: 'REPLACE', Metadata: { changed: '1' } });
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata).toEqual({ changed: '1' });
});

test('an upload has the size that its end tells', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const upload = { Bucket, Key, UploadId };
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'four' }));
  const complete = (MpuObjectSize: number) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MpuObjectSize,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
  await expect(complete(5)).rejects.toMatchObject({ name: 'InvalidRequest' });
  await complete(4);
});
