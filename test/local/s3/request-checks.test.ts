import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const object = { Bucket: 'checked', Key: 'k' };
const clock = new MovableClock();

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway({ clock });
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: 'checked' });
  await s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const put = (more: object) => s3.send(new PutObjectCommand({ ...object, Body: 'x', ...more }));

test('a key has at most 1,024 bytes', async () => {
  await put({ Key: 'ä'.repeat(512) });
  for (const Key of [`${'ä'.repeat(512)}x`, 'x'.repeat(1025)])
    await expect(put({ Key })).rejects.toMatchObject({ name: 'KeyTooLongError', Size: '1025', MaxSizeAllowed: '1024' });
});

test('metadata has at most 2 KB', async () => {
  await put({ Metadata: { a: 'x'.repeat(2047) } });
  const Metadata = { a: 'x'.repeat(1024), b: 'x'.repeat(1023) };
  await expect(put({ Metadata })).rejects.toMatchObject({ name: 'MetadataTooLarge', Size: '2049' });
});

test('a presigned URL ends by the clock of the runtime', async () => {
  const now = clock.now();
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const urls = [
    `X-Amz-Credential=x/20300101/us-east-1/s3/aws4_request&X-Amz-Date=${date}&X-Amz-Expires=60`,
    `AWSAccessKeyId=x&Signature=y&Expires=${Math.floor(now / 1000) + 60}`,
  ].map((query) => `${local.gateway.url}/checked/k?${query}`);
  for (const url of urls) expect((await fetch(url)).status).toBe(200);
  await clock.advance(61_000);
  for (const url of urls) {
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
  }
});
