import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'conditions';
const there = { Bucket, Key: 'there' };
const missing = { Bucket, Key: 'missing' };
const CopySource = `${Bucket}/there`;
/** MD5 of `x`. */
const OWN = '"9dd4e461268c8034f5c8564e155c67a6"';
const PAST = new Date('2020-01-01T00:00:00Z');
const FUTURE = new Date('2100-01-01T00:00:00Z');

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: Bucket, versioned: true });
  await s3.send(new PutObjectCommand({ ...there, Body: 'x' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const get = (conditions: object) => s3.send(new GetObjectCommand({ ...there, ...conditions }));
const head = (conditions: object) => s3.send(new HeadObjectCommand({ ...there, ...conditions }));
const put = (object: object) => s3.send(new PutObjectCommand({ ...there, Body: 'new', ...object }));
const copy = (conditions: object) =>
  s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource, ...conditions }));
const remove = (object: object) => s3.send(new DeleteObjectCommand({ ...there, ...object }));

test.each([
  [412, { IfMatch: '"x"' }],
  [412, { IfUnmodifiedSince: PAST }],
  [304, { IfNoneMatch: OWN }],
  [304, { IfNoneMatch: '*' }],
  [304, { IfModifiedSince: FUTURE }],
  [304, { IfMatch: OWN, IfNoneMatch: OWN }],
])('%d: GET and HEAD %j', async (httpStatusCode, conditions) => {
  await expect(get(conditions)).rejects.toMatchObject({ $metadata: { httpStatusCode } });
  await expect(head(conditions)).rejects.toMatchObject({ $metadata: { httpStatusCode } });
});

test.each([
  { IfMatch: OWN },
  { IfMatch: OWN.replaceAll('"', '') },
  { IfMatch: `"x", ${OWN}` },
  { IfMatch: OWN, IfUnmodifiedSince: PAST },
  { IfNoneMatch: '"x"', IfModifiedSince: FUTURE },
  { IfModifiedSince: PAST, IfUnmodifiedSince: FUTURE },
])('GET and HEAD %j find the object', async (conditions) => {
  expect(await (await get(conditions)).Body?.transformToString()).toBe('x');
  expect((await head(conditions)).ContentLength).toBe(1);
});

test('an object is not modified within the second of its last modification', async () => {
  const { LastModified } = await head({});
  await expect(get({ IfModifiedSince: LastModified })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await get({ IfUnmodifiedSince: LastModified });
});

test.each([
  ['PreconditionFailed', 412, () => put({ IfMatch: '"x"' })],
  ['PreconditionFailed', 412, () => put({ IfNoneMatch: '*' })],
  ['NoSuchKey', 404, () => put({ ...missing, IfMatch: OWN })],
  ['NotImplemented', 501, () => put({ IfNoneMatch: OWN })],
  ['NotImplemented', 501, () => put({ IfMatch: '*' })],
  ['NotImplemented', 501, () => put({ IfMatch: OWN, IfNoneMatch: '*' })],
  ['PreconditionFailed', 412, () => copy({ Key: 'there', IfNoneMatch: '*' })],
  ['PreconditionFailed', 412, () => copy({ Key: 'there', IfMatch: '"x"' })],
  ['PreconditionFailed', 412, () => copy({ CopySourceIfMatch: '"x"' })],
  ['PreconditionFailed', 412, () => copy({ CopySourceIfNoneMatch: OWN })],
  ['PreconditionFailed', 412, () => copy({ CopySourceIfModifiedSince: FUTURE })],
  ['PreconditionFailed', 412, () => copy({ CopySourceIfUnmodifiedSince: PAST })],
  ['PreconditionFailed', 412, () => remove({ IfMatch: '"x"' })],
  ['NoSuchKey', 404, () => remove({ ...missing, IfMatch: '*' })],
  ['NotImplemented', 501, () => remove({ IfMatch: OWN, VersionId: 'null' })],
])('%s: the condition of a change does not hold: %#', async (name, httpStatusCode, change) => {
  await expect(change()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  expect((await head({})).ETag).toBe(OWN);
  await expect(head({ Key: 'copied' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('changes whose conditions hold are made', async () => {
  const { ETag } = await put({ Key: 'new', IfNoneMatch: '*' });
  await put({ Key: 'new', Body: 'newer', IfMatch: ETag });
  await copy({ Key: 'a', CopySourceIfMatch: OWN, CopySourceIfUnmodifiedSince: PAST, IfNoneMatch: '*' });
  await copy({ Key: 'b', CopySourceIfNoneMatch: '"x"', CopySourceIfModifiedSince: PAST });
  await remove({ Key: 'a', IfMatch: OWN });
  await remove({ Key: 'b', IfMatch: '*' });
  await expect(remove({ Key: 'b', IfMatch: '*' })).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('one condition that does not hold spares one object of several', async () => {
  await put({ Key: 'one' });
  await put({ Key: 'two' });
  const Objects = [{ Key: 'one', ETag: '"x"' }, { Key: 'two' }, { Key: 'missing', ETag: '*' }];
  const Delete = { Quiet: true, Objects };
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  expect(Deleted).toBeUndefined();
  expect(Errors).toMatchObject([
    { Key: 'one', Code: 'PreconditionFailed' },
    { Key: 'missing', Code: 'NoSuchKey' },
  ]);
  await head({ Key: 'one' });
  await expect(head({ Key: 'two' })).rejects.toMatchObject({ name: 'NotFound' });
  const sized = { Objects: [{ Key: 'one', Size: 1 }] };
  await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: sized }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
});

test('an upload in parts has the conditions of its sources and of its object', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(there));
  const upload = { ...there, UploadId };
  const part = { ...upload, PartNumber: 1 };
  await expect(
    s3.send(new UploadPartCopyCommand({ ...part, CopySource, CopySourceIfMatch: '"x"' })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'part' }));
  const complete = (conditions: object) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        ...conditions,
      }),
    );
  await expect(complete({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(complete({ IfMatch: '"x"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await complete({ IfMatch: OWN });
  await put({ Body: 'x' });
});

test('whoever compares an etag may read the object', async () => {
  const arn = 'arn:aws:iam::000000000000:role/writer';
  const allow = { Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject'], Resource: '*' };
  const write = { Version: '2012-10-17', Statement: [allow] };
  local.iam.putRole({ name: 'writer', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { write } });
  const config = clientConfig(local.gateway, local.iam.accessKeyOf(arn, 's'));
  const writer = new S3Client({ ...config, forcePathStyle: true });
  const denied = { name: 'AccessDenied', message: expect.stringContaining('s3:GetObject') };
  await expect(writer.send(new PutObjectCommand({ ...there, Body: 'y', IfMatch: OWN }))).rejects.toMatchObject(denied);
  await expect(writer.send(new DeleteObjectCommand({ ...there, IfMatch: OWN }))).rejects.toMatchObject(denied);
  const Delete = { Objects: [{ Key: 'there', ETag: OWN }] };
  await expect(writer.send(new DeleteObjectsCommand({ Bucket, Delete }))).rejects.toMatchObject(denied);
  writer.destroy();
});
