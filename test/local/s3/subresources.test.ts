import {
  DeleteBucketInventoryConfigurationCommand,
  DeleteBucketReplicationCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketRequestPaymentCommand,
  PutBucketWebsiteCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'plain';
const object = { Bucket, Key: 'k' };

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: Bucket });
  local.buckets.put({ name: 'empty' });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

test.each([
  ['PutObjectAcl', '?acl', () => s3.send(new PutObjectAclCommand({ ...object, ACL: 'private' }))],
  [
    'PutObjectLegalHold',
    '?legal-hold',
    () => s3.send(new PutObjectLegalHoldCommand({ ...object, LegalHold: { Status: 'ON' } })),
  ],
  ['PutObjectRetention', '?retention', () => s3.send(new PutObjectRetentionCommand({ ...object, Retention: {} }))],
  ['GetObjectAcl', '?acl', () => s3.send(new GetObjectAclCommand(object))],
  ['GetObjectLegalHold', '?legal-hold', () => s3.send(new GetObjectLegalHoldCommand(object))],
  ['GetObjectRetention', '?retention', () => s3.send(new GetObjectRetentionCommand(object))],
  ['GetBucketAcl', '?acl', () => s3.send(new GetBucketAclCommand({ Bucket }))],
  ['PutBucketLogging', '?logging', () => s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }))],
  ['PutBucketWebsite', '?website', () => s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: {} }))],
  [
    'PutBucketAccelerateConfiguration',
    '?accelerate',
    () => s3.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration: {} })),
  ],
  [
    'PutBucketRequestPayment',
    '?requestPayment',
    () =>
      s3.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: 'BucketOwner' } })),
  ],
  ['PutObjectLockConfiguration', '?object-lock', () => s3.send(new PutObjectLockConfigurationCommand({ Bucket }))],
  ['DeleteBucketReplication', '?replication', () => s3.send(new DeleteBucketReplicationCommand({ Bucket: 'empty' }))],
  [
    'DeleteBucketInventoryConfiguration',
    '?inventory',
    () => s3.send(new DeleteBucketInventoryConfigurationCommand({ Bucket: 'empty', Id: '1' })),
  ],
])('%s is refused and does nothing else instead', async (_, subresource, call) => {
  await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
  await expect(call()).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining(`${subresource} of`),
    $metadata: { httpStatusCode: 501 },
  });
  const { Body } = await s3.send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe('kept');
  await s3.send(new HeadBucketCommand({ Bucket: 'empty' }));
});

test.each([
  ['PUT', 'k?renameObject'],
  ['PUT', 'k?encryption'],
  ['PUT', 'k?uploads'],
  ['PUT', 'k?invented-tomorrow'],
  ['DELETE', 'k?uploads'],
  ['DELETE', 'k?acl=1'],
  ['GET', 'k?torrent'],
  ['DELETE', '?versions'],
  ['DELETE', '?metrics&id=1'],
  ['PUT', '?abac'],
])('%s of %s is not taken for the operation without it', async (method, path) => {
  await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
  const bucket = path.startsWith('?') ? 'empty' : Bucket;
  const answer = await fetch(`${local.gateway.url}/${bucket}/${path}`, { method });
  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain('is not served by the local runtime');
  const { Body } = await s3.send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe('kept');
  await s3.send(new HeadBucketCommand({ Bucket: 'empty' }));
});

test.each([
  'k?x-id=GetObject&X-Amz-Expires=60&X-Amz-Security-Token=',
  'k?AWSAccessKeyId=x&Signature=y&Expires=4102444800',
  'k?response-content-type=text%2Fplain&response-expires=',
  'k?versionId=null',
  'k?x-trace&mine=1',
  '?prefix&delimiter=&marker&max-keys=2&encoding-type=url',
  '?list-type=2&start-after&fetch-owner=true',
])('GET of %s is the plain operation', async (path) => {
  await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
  const answer = await fetch(`${local.gateway.url}/${Bucket}/${path}`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(path.startsWith('?') ? '<Key>k</Key>' : 'kept');
});

test.each([
  ['NoSuchWebsiteConfiguration', () => s3.send(new GetBucketWebsiteCommand({ Bucket }))],
  ['ReplicationConfigurationNotFoundError', () => s3.send(new GetBucketReplicationCommand({ Bucket }))],
  ['ObjectLockConfigurationNotFoundError', () => s3.send(new GetObjectLockConfigurationCommand({ Bucket }))],
  ['NoSuchBucket', () => s3.send(new GetBucketWebsiteCommand({ Bucket: 'nowhere' }))],
])('what a bucket does not have is not found: %s', async (name, call) => {
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 404 } });
});

test('a bucket is paid for by its owner and not accelerated', async () => {
  expect((await s3.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer).toBe('BucketOwner');
  expect((await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status).toBeUndefined();
});

test('a refusal needs no permission, and what is not configured that of its own operation', async () => {
  const arn = 'arn:aws:iam::000000000000:role/writer';
  const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' };
  const write = { Version: '2012-10-17', Statement: [allow] };
  local.iam.putRole({ name: 'writer', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { write } });
  const credentials = local.iam.accessKeyOf(arn, 's');
  const writer = new S3Client({ ...clientConfig(local.gateway, credentials), forcePathStyle: true });
  await expect(writer.send(new PutObjectAclCommand({ ...object, ACL: 'private' }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
  await expect(writer.send(new GetBucketReplicationCommand({ Bucket }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('s3:GetReplicationConfiguration'),
  });
  writer.destroy();
});
