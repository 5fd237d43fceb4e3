import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const object = { Bucket: 'ranges', Key: 'ten' };

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: 'ranges' });
  await s3.send(new PutObjectCommand({ ...object, Body: '0123456789' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const get = (more: object) => s3.send(new GetObjectCommand({ ...object, ...more }));
const head = (more: object) => s3.send(new HeadObjectCommand({ ...object, ...more }));

test.each([
  ['foo', '0123456789', undefined],
  ['bytes=1-0', '0123456789', undefined],
  ['bytes=0-1,3-4', '0123456789', undefined],
  ['bytes=-', '0123456789', undefined],
  ['bytes=2-3', '23', 'bytes 2-3/10'],
  ['bytes=8-', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=-99', '0123456789', 'bytes 0-9/10'],
])('%s is %s', async (Range, text, ContentRange) => {
  const found = await get({ Range });
  expect(await found.Body?.transformToString()).toBe(text);
  expect(found.ContentRange).toBe(ContentRange);
  const told = await head({ Range });
  expect(told).toMatchObject({ ContentLength: text.length, $metadata: { httpStatusCode: ContentRange ? 206 : 200 } });
  expect(told.ContentRange).toBe(ContentRange);
});

test.each([
  ['InvalidRange', 416, { Range: 'bytes=10-' }],
  ['InvalidRange', 416, { Range: 'bytes=-0' }],
  ['InvalidPartNumber', 416, { PartNumber: 2 }],
  ['InvalidArgument', 400, { PartNumber: 0 }],
  ['InvalidRequest', 400, { PartNumber: 1, Range: 'bytes=0-1' }],
])('%s: there is no %j', async (name, httpStatusCode, more) => {
  await expect(get(more)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  await expect(head(more)).rejects.toMatchObject({ $metadata: { httpStatusCode } });
});

test('an object is its only part unless it was uploaded in several', async () => {
  expect(await (await get({ PartNumber: 1 })).Body?.transformToString()).toBe('0123456789');
  expect((await head({ PartNumber: 1 })).ContentLength).toBe(10);
  const parts = { Bucket: 'ranges', Key: 'parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(parts));
  const upload = { ...parts, UploadId };
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 2, ETag }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
  expect(await head({ ...parts, PartNumber: 2 })).toMatchObject({ ContentLength: 4, PartsCount: 1 });
  await expect(get({ ...parts, PartNumber: 3 })).rejects.toMatchObject({ name: 'InvalidPartNumber' });
  expect((await head(parts)).ContentType).toBe('binary/octet-stream');
});

test('an object without a type has that of S3', async () => {
  const body = new Uint8Array([1]); // of which fetch knows no type
  await fetch(`${local.gateway.url}/ranges/untyped`, { method: 'PUT', body });
  expect((await head({ Key: 'untyped' })).ContentType).toBe('binary/octet-stream');
});
