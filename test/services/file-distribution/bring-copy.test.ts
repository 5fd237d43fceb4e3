import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalBuckets, MIB } from './local-buckets.ts';

process.env['LOG_LEVEL'] = 'SILENT';

const KEY = 'builds/eu/ä build+1.zip';
const PROPERTIES = {
  ContentType: 'application/zip',
  ContentDisposition: 'attachment; filename="b.zip"',
  CacheControl: 'max-age=60',
  Metadata: { owner: 'platform', commit: 'abc123' },
};

let buckets: LocalBuckets;
beforeAll(async () => {
  buckets = await LocalBuckets.open();
});
afterAll(() => buckets.close());
beforeEach(() => buckets.reset());

const upload = (Body: string | Buffer, more: { Tagging?: string; Metadata?: Record<string, string> } = {}) =>
  buckets.s3.send(new PutObjectCommand({ Bucket: buckets.source, Key: KEY, Body, ...PROPERTIES, ...more }));

async function copied(): Promise<string> {
  const { Body } = await buckets.s3.send(new GetObjectCommand({ Bucket: buckets.destination, Key: KEY }));
  return (await Body?.transformToString()) ?? '';
}

async function tags(): Promise<unknown> {
  const { TagSet } = await buckets.s3.send(new GetObjectTaggingCommand({ Bucket: buckets.destination, Key: KEY }));
  return TagSet;
}

describe('a file of ordinary size', () => {
  test('is copied in one call, with its metadata and tags', async () => {
    await upload('content', { Tagging: 'team=build%20crew' });

    expect(await buckets.bring(KEY)).toEqual({ bucket: buckets.destination, status: 'COPIED' });

    expect(buckets.calls).toEqual(['HeadObject', 'HeadObject', 'CopyObject', 'HeadObject', 'HeadObject']);
    expect(await copied()).toBe('content');
    expect(await buckets.head(buckets.destination, KEY)).toMatchObject(PROPERTIES);
    expect(await tags()).toEqual([{ Key: 'team', Value: 'build crew' }]);
  });

  test('is not copied again', async () => {
    await upload('content', { Tagging: 'team=build' });
    await buckets.bring(KEY);

    expect(await buckets.bring(KEY)).toEqual({ bucket: buckets.destination, status: 'UNCHANGED' });

    expect(buckets.calls).not.toContain('CopyObject');
  });

  test.each([
    ['its content', () => upload('different')],
    ['its metadata', () => upload('content', { Metadata: { owner: 'someone else' } })],
    ['its tags', () => upload('content', { Tagging: 'team=other' })],
  ])('is copied again when %s changed', async (_what, change) => {
    await upload('content', { Tagging: 'team=build' });
    await buckets.bring(KEY);
    await change();
    expect(await buckets.bring(KEY)).toMatchObject({ status: 'COPIED' });
  });

  test('is copied again when someone changed the tags of the copy', async () => {
    await upload('content', { Tagging: 'team=build' });
    await buckets.bring(KEY);
    const Tagging = { TagSet: [{ Key: 'team', Value: 'x' }] };
    await buckets.s3.send(new PutObjectTaggingCommand({ Bucket: buckets.destination, Key: KEY, Tagging }));
    expect(await buckets.bring(KEY)).toMatchObject({ status: 'COPIED' });
    expect(await tags()).toEqual([{ Key: 'team', Value: 'build' }]);
  });

  test('may be empty', async () => {
    await upload(Buffer.alloc(0));
    expect(await buckets.bring(KEY)).toMatchObject({ status: 'COPIED' });
    expect(await copied()).toBe('');
  });
});

describe('a large file', () => {
  const large = Buffer.alloc(11 * MIB, 'storygate');

  test('is copied in parts, with its metadata, tags and the checksum over all of it', async () => {
    await upload(large, { Tagging: 'team=build%20crew' });
    const source = await buckets.head(buckets.source, KEY);

    expect(await buckets.bring(KEY)).toMatchObject({ status: 'COPIED' });

    expect(buckets.calls.filter((name) => name === 'UploadPartCopy')).toHaveLength(3);
    const copy = await buckets.head(buckets.destination, KEY);
    expect(copy).toMatchObject({ ...PROPERTIES, ContentLength: 11 * MIB, ChecksumType: 'FULL_OBJECT' });
    expect(copy.ETag).toMatch(/-3"$/);
    expect(copy.ChecksumCRC32).toBe(source.ChecksumCRC32);
    expect(await tags()).toEqual([{ Key: 'team', Value: 'build crew' }]);
    expect(await buckets.bring(KEY)).toMatchObject({ status: 'UNCHANGED' });
  });

  test('that was uploaded in parts is copied in the same parts, so that its checksum can be compared', async () => {
    const parts = [large.subarray(0, 7 * MIB), large.subarray(0, 7 * MIB), Buffer.from('the end')];
    await buckets.uploadInParts(KEY, parts, { ...PROPERTIES, ChecksumAlgorithm: 'CRC32' });

    const limits = { thresholdBytes: 100 * MIB, partBytes: 5 * MIB };
    expect(await buckets.bring(KEY, { limits })).toMatchObject({ status: 'COPIED' });

    const [source, copy] = [await buckets.head(buckets.source, KEY), await buckets.head(buckets.destination, KEY)];
    expect(copy.ETag).toMatch(/-3"$/);
    expect(copy).toMatchObject({ ETag: source.ETag, ChecksumCRC32: source.ChecksumCRC32, ...PROPERTIES });
    expect(await buckets.bring(KEY, { limits })).toMatchObject({ status: 'UNCHANGED' });
  });

  test('leaves no half-done upload behind when a part fails', async () => {
    await upload(large);
    let parts = 0;
    const s3 = buckets.client((operation) => {
      if (operation === 'UploadPartCopy' && ++parts === 2) throw new Error('socket hang up');
    });
    await expect(buckets.bring(KEY, { s3 })).rejects.toThrow(
      'Error: socket hang up while writing part 2 of the destination',
    );
    expect(buckets.calls.at(-1)).toBe('AbortMultipartUpload');
    expect(await buckets.unfinishedUploads(buckets.destination)).toBe(0);
  });

  test('leaves no half-done upload behind when the time is up', async () => {
    await upload(large);
    const time = new AbortController();
    const s3 = buckets.client((operation) => {
      if (operation === 'CompleteMultipartUpload') time.abort();
    });
    await expect(buckets.bring(KEY, { s3, signal: time.signal })).rejects.toThrow(
      'the time was up while completing the destination',
    );
    expect(await buckets.unfinishedUploads(buckets.destination)).toBe(0);
  });

  test('says what went wrong, not that the upload could not be aborted', async () => {
    await upload(large);
    const s3 = buckets.client((operation) => {
      if (operation.includes('MultipartUpload') && operation !== 'CreateMultipartUpload') throw new Error(operation);
    });
    await expect(buckets.bring(KEY, { s3 })).rejects.toThrow('CompleteMultipartUpload');
  });
});

describe('of several versions', () => {
  test('the newest is copied, also when it came during the copy', async () => {
    await upload('old');
    const s3 = buckets.client(async (operation, number) => {
      if (operation === 'CopyObject' && number === 3) await upload('new');
    });
    expect(await buckets.bring(KEY, { s3 })).toMatchObject({ status: 'COPIED' });
    expect(await copied()).toBe('new');
  });

  test('the one that was asked for is copied', async () => {
    const { VersionId = '' } = await upload('old');
    await upload('new');
    expect(await buckets.bring(KEY, { versionId: VersionId })).toMatchObject({ status: 'COPIED' });
    expect(await copied()).toBe('old');
  });
});

describe('a copy that cannot be', () => {
  test.each([
    ['a source that is not there', {}, 'the source file does not exist'],
    ['a version that is not there', { versionId: 'nope' }, 'the source file does not exist'],
  ])('is refused for %s', async (_what, options, message) => {
    await expect(buckets.bring('nothing', options)).rejects.toMatchObject({ name: 'CopyRefused', message });
  });

  test('is refused for a bucket that is not there', async () => {
    await upload('content');
    await expect(buckets.bring(KEY, { destination: 'no-such-bucket' })).rejects.toMatchObject({
      name: 'CopyRefused',
      message: expect.stringMatching(
        /^NoSuchBucket while writing the destination: The specified bucket does not exist/,
      ),
    });
  });

  test('is refused for the source bucket, before any call', async () => {
    await expect(buckets.bring(KEY, { destination: buckets.source })).rejects.toMatchObject({
      name: 'CopyRefused',
      message: 'it is the source bucket: a file cannot be copied onto itself',
    });
    expect(buckets.calls).toEqual([]);
  });

  test('is to be retried when the copy is another than the source', async () => {
    await upload('content');
    const s3 = buckets.client(async (_operation, number) => {
      const other = { Bucket: buckets.destination, Key: KEY, Body: 'changed' };
      if (number === 4) await buckets.s3.send(new PutObjectCommand(other)); // after the copy, before it is compared
    });
    await expect(buckets.bring(KEY, { s3 })).rejects.toMatchObject({
      name: 'CopyFailed',
      message: 'ChecksumMismatch: the copy differs from the source',
    });
  });
});
