import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

test('a bucket is created, listed and deleted once it is empty', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'made-here' }));
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: 'made-here' }]);
  await s3.send(new PutObjectCommand({ Bucket: 'made-here', Key: 'k', Body: 'x' }));
  const remove = () => s3.send(new DeleteBucketCommand({ Bucket: 'made-here' }));
  await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  local.buckets.empty('made-here');
  await remove();
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'made-here' }))).rejects.toMatchObject({ name: 'NotFound' });
  await expect(s3.send(new PutObjectCommand({ Bucket: 'made-here', Key: 'k', Body: 'x' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  });
});

test('settings of a template are shown as S3 shows them', async () => {
  const publicAccessBlock = { BlockPublicAcls: true, BlockPublicPolicy: true };
  local.buckets.put({ name: 'settings', versioned: true, eventBridge: true, publicAccessBlock });
  const Bucket = 'settings';
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  expect((await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).EventBridgeConfiguration).toEqual(
    {},
  );
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(PublicAccessBlockConfiguration).toMatchObject(publicAccessBlock);
});

test('every bucket is encrypted, also after its encryption was deleted', async () => {
  const Bucket = 'encrypted';
  local.buckets.put({
    name: Bucket,
    encryption: { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }] },
  });
  const rules = async () =>
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules;
  expect(await rules()).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
  ]);
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  expect(await rules()).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  ]);
});

test('notifications go to EventBridge only', async () => {
  local.buckets.put({ name: 'notifying' });
  const QueueConfigurations = [
    { QueueArn: 'arn:aws:sqs:us-east-1:000000000000:q', Events: ['s3:ObjectCreated:*' as const] },
  ];
  const NotificationConfiguration = { QueueConfigurations };
  const request = new PutBucketNotificationConfigurationCommand({ Bucket: 'notifying', NotificationConfiguration });
  await expect(s3.send(request)).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'The local runtime sends S3 events to EventBridge only, not to a QueueConfiguration.',
  });
});

test("a bucket's policy binds from the moment it is put", async () => {
  local.buckets.put({ name: 'guarded' });
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::guarded/closed/*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'guarded', Policy }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket: 'guarded' }))).Policy).toBe(Policy);
  const arn = 'arn:aws:iam::000000000000:role/writer';
  const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::guarded/*' };
  const write = { Version: '2012-10-17', Statement: [allow] };
  local.iam.putRole({ name: 'writer', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { write } });
  const config = { ...clientConfig(local.gateway, local.iam.accessKeyOf(arn, 's')), forcePathStyle: true };
  const writer = new S3Client(config);
  await writer.send(new PutObjectCommand({ Bucket: 'guarded', Key: 'open/k', Body: '1' }));
  await expect(
    writer.send(new PutObjectCommand({ Bucket: 'guarded', Key: 'closed/k', Body: '1' })),
  ).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(writer.send(new GetObjectCommand({ Bucket: 'guarded', Key: 'open/k' }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('s3:GetObject on resource: "arn:aws:s3:::guarded/open/k"'),
  });
  writer.destroy();
});

test('an upload in parts becomes one object, with one event', async () => {
  local.buckets.put({ name: 'uploads', versioned: true, eventBridge: true });
  const names = { Bucket: 'uploads', Key: 'large' };
  await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'tail', Body: 'tail' }));
  local.objectEvents.length = 0;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...names, ContentType: 'text/plain' }));
  const Body = Buffer.alloc(5 * 1024 * 1024, 'a');
  const first = await s3.send(new UploadPartCommand({ ...names, UploadId, PartNumber: 1, Body }));
  const CopySource = 'uploads/tail';
  const second = await s3.send(new UploadPartCopyCommand({ ...names, UploadId, PartNumber: 2, CopySource }));
  const { Parts } = await s3.send(new ListPartsCommand({ ...names, UploadId }));
  expect(Parts).toMatchObject([
    { PartNumber: 1, Size: 5_242_880 },
    { PartNumber: 2, Size: 4 },
  ]);
  const parts = [
    { PartNumber: 1, ETag: first.ETag },
    { PartNumber: 2, ETag: second.CopyPartResult?.ETag },
  ];
  const request = { ...names, UploadId, MultipartUpload: { Parts: parts } };
  const done = await s3.send(new CompleteMultipartUploadCommand(request));
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const head = await s3.send(new HeadObjectCommand(names));
  expect(head).toMatchObject({ ContentLength: 5_242_884, ContentType: 'text/plain', VersionId: done.VersionId });
  expect(local.objectEvents).toMatchObject([
    { detail: { object: { key: 'large' }, reason: 'CompleteMultipartUpload' } },
  ]);
});

test('an upload that was given up is gone', async () => {
  local.buckets.put({ name: 'aborted' });
  const names = { Bucket: 'aborted', Key: 'k' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(names));
  await s3.send(new AbortMultipartUploadCommand({ ...names, UploadId }));
  await expect(s3.send(new ListPartsCommand({ ...names, UploadId }))).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('a presigned URL and a bucket in the host name work', async () => {
  local.buckets.put({ name: 'addressed' });
  await s3.send(new PutObjectCommand({ Bucket: 'addressed', Key: 'k', Body: 'here' }));
  const presigned = await fetch(
    `${local.gateway.url}/addressed/k?X-Amz-Credential=x/20300101/us-east-1/s3/aws4_request`,
  );
  expect(await presigned.text()).toBe('here');
  const [answer] = await once(
    get(`${local.gateway.url}/k`, { headers: { host: 'addressed.localhost:4566' } }),
    'response',
  );
  expect(await text(answer)).toBe('here');
});
