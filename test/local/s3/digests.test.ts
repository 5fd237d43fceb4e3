import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { crc } from '../../../local/s3/crc.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'digests';
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const md5 = (text: string) => createHash('md5').update(text).digest('base64');

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: Bucket });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const put = (Key: string, digest: object) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body', ...digest }));

// The check values that catalogues of CRCs list for these nine digits.
test.each([
  ['CRC32C' as const, 'e3069283'],
  ['CRC64NVME' as const, 'ae8b14860a799888'],
])('%s', (name, value) => {
  expect(Buffer.from(crc(name, Buffer.from('123456789')), 'base64').toString('hex')).toBe(value);
});

test.each([
  ['InvalidDigest', { ContentMD5: 'foo' }],
  ['InvalidDigest', { ContentMD5: sha256('body') }],
  ['BadDigest', { ContentMD5: md5('other') }],
  ['InvalidRequest', { ChecksumSHA256: 'AAAA' }],
  ['BadDigest', { ChecksumSHA256: sha256('other') }],
  ['BadDigest', { ChecksumCRC32: 'AAAAAA==' }],
  ['BadDigest', { ChecksumCRC32C: 'AAAAAA==' }],
  ['BadDigest', { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }],
  ['BadDigest', { ChecksumSHA1: Buffer.alloc(20).toString('base64') }],
  ['InvalidRequest', { ChecksumSHA256: sha256('body'), ChecksumSHA1: Buffer.alloc(20).toString('base64') }],
])('%s: %j stores nothing', async (name, digest) => {
  await expect(put('wrong', digest)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'wrong' }))).KeyCount).toBe(0);
});

test.each([
  { ContentMD5: md5('body') },
  { ChecksumSHA256: sha256('body') },
  { ChecksumCRC32C: crc('CRC32C', Buffer.from('body')) },
  { ChecksumCRC64NVME: crc('CRC64NVME', Buffer.from('body')) },
])('%j is right', async (digest) => {
  await put('right', digest);
});

test('a configuration has the digest that came with it', async () => {
  const request = { Bucket, Tagging: { TagSet: [] }, ContentMD5: md5('other') };
  await expect(s3.send(new PutBucketTaggingCommand(request))).rejects.toMatchObject({ name: 'BadDigest' });
});

test('what is streamed is compared with the checksum behind it, and keeps its own encoding', async () => {
  const object = { Bucket, Key: 'streamed' };
  const Body = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
  await s3.send(new PutObjectCommand({ ...object, Body, ContentLength: 11, ContentEncoding: 'identity' }));
  const found = await s3.send(new GetObjectCommand(object));
  expect(await found.Body?.transformToString()).toBe('hello world');
  expect(found.ContentEncoding).toBe('identity');
  const chunked = (checksum: string, length = 4) =>
    fetch(`${local.gateway.url}/${Bucket}/raw`, {
      method: 'PUT',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(length),
        'x-amz-trailer': 'x-amz-checksum-sha256',
      },
      body: `4\r\nbody\r\n0\r\nx-amz-checksum-sha256:${checksum}\r\n\r\n`,
    });
  expect((await chunked(sha256('body'))).status).toBe(200);
  expect(await (await chunked(sha256('other'))).text()).toContain('<Code>BadDigest</Code>');
  expect(await (await chunked(sha256('body'), 5)).text()).toContain('<Code>IncompleteBody</Code>');
});

test('an upload in parts is compared as a whole and part by part', async () => {
  const object = { Bucket, Key: 'parts' };
  const created = await s3.send(new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }));
  const upload = { ...object, UploadId: created.UploadId };
  const part = { ...upload, PartNumber: 1, Body: 'body' };
  await expect(s3.send(new UploadPartCommand({ ...part, ChecksumSHA256: sha256('other') }))).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(s3.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'CRC32' }))).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  });
  const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'SHA256' }));
  expect(ChecksumSHA256).toBe(sha256('body'));
  const complete = (checksum: object, whole: object = {}) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...checksum }] },
        ...whole,
      }),
    );
  await expect(complete({ ChecksumSHA256: sha256('other') })).rejects.toMatchObject({ name: 'InvalidPart' });
  await expect(complete({ ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'InvalidPart' });
  await expect(complete({}, { ChecksumSHA256: sha256('other') })).rejects.toMatchObject({ name: 'BadDigest' });
  const ofParts = createHash('sha256')
    .update(Buffer.from(sha256('body'), 'base64'))
    .digest('base64');
  await complete({ ChecksumSHA256 }, { ChecksumSHA256: `${ofParts}-1` });
  const head = await s3.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
  expect(head).toMatchObject({ ContentLength: 4, ChecksumSHA256: `${ofParts}-1` });
});

test('a deletion of several objects may come in chunks, too', async () => {
  await put('chunked', {});
  const list = '<Delete><Object><Key>chunked</Key></Object></Delete>';
  const answer = await fetch(`${local.gateway.url}/${Bucket}?delete`, {
    method: 'POST',
    headers: { 'content-encoding': 'aws-chunked' },
    body: `${list.length.toString(16)};chunk-signature=x\r\n${list}\r\n0;chunk-signature=y\r\n\r\n`,
  });
  expect(await answer.text()).toContain('<Deleted><Key>chunked</Key></Deleted>');
});
