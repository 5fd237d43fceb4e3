import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'lists';
const Owner = { ID: '000000000000', DisplayName: 'local' };

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  for (const name of ['lists', 'first-a', 'first-b', 'first-c']) local.buckets.put({ name, versioned: true });
  for (const Key of ['a', 'a', 'b/1', 'b/1', 'b/2', 'c/1', 'd'])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'd' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

const versions = (more: object) => s3.send(new ListObjectVersionsCommand({ Bucket, ...more }));
const objects = (more: object) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));
const uploads = (more: object) => s3.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
const buckets = (more: object) => s3.send(new ListBucketsCommand(more));

test.each([
  [() => objects({ ContinuationToken: 'garbage' }), 'The continuation token provided is incorrect'],
  [() => buckets({ ContinuationToken: 'garbage' }), 'The continuation token provided is incorrect'],
  [() => objects({ EncodingType: 'foo' }), 'Invalid Encoding Method specified in Request'],
  [() => uploads({ EncodingType: 'foo' }), 'Invalid Encoding Method specified in Request'],
  [() => objects({ MaxKeys: -1 }), 'Argument max-keys must be an integer between 0 and 2147483647'],
  [() => versions({ VersionIdMarker: 'x' }), 'A version-id marker cannot be specified without a key marker.'],
  [() => buckets({ MaxBuckets: 0 }), expect.stringContaining('Argument max-buckets must be an integer between 1 and')],
])('%#: a list that cannot be asked for is refused', async (call, message) => {
  await expect(call()).rejects.toMatchObject({ name: 'InvalidArgument', message });
});

test('a page of nothing is the last one', async () => {
  const none = { MaxKeys: 0, IsTruncated: false };
  expect(await objects({ MaxKeys: 0 })).toMatchObject({ ...none, KeyCount: 0 });
  expect(await versions({ MaxKeys: 0 })).toMatchObject(none);
  expect(await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 0 }))).toMatchObject(none);
});

test('versions are folded at a delimiter and paged over prefixes', async () => {
  const seen: (string | undefined)[] = [];
  let markers: object = {};
  for (let page = 0; page < 10; page += 1) {
    const list = await versions({ Delimiter: '/', MaxKeys: 1, ...markers });
    seen.push(...(list.Versions ?? []).map(({ Key, IsLatest }) => `${Key} ${IsLatest}`));
    seen.push(...(list.DeleteMarkers ?? []).map(({ Key }) => `${Key} deleted`));
    seen.push(...(list.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    if (!list.IsTruncated) break;
    markers = { KeyMarker: list.NextKeyMarker, VersionIdMarker: list.NextVersionIdMarker };
  }
  expect(seen).toEqual(['a true', 'a false', 'b/', 'c/', 'd deleted', 'd false']);
  const below = await versions({ Prefix: 'b/', Delimiter: '/' });
  expect(below.Versions?.map(({ Key }) => Key)).toEqual(['b/1', 'b/1', 'b/2']);
  expect(below).toMatchObject({ Delimiter: '/', IsTruncated: false, Versions: [{ Owner }, { Owner }, { Owner }] });
});

test('owners are told where they are asked for', async () => {
  const [plain] = (await objects({})).Contents ?? [];
  expect(plain).not.toHaveProperty('Owner');
  expect((await objects({ FetchOwner: true, MaxKeys: 1 })).Contents).toMatchObject([{ Owner }]);
  expect((await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1 }))).Contents).toMatchObject([{ Owner }]);
});

test('the first version of the list goes on at a marker', async () => {
  const list = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'a', Delimiter: '/', MaxKeys: 1 }));
  expect(list).toMatchObject({ IsTruncated: true, NextMarker: 'b/', CommonPrefixes: [{ Prefix: 'b/' }] });
  const next = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'b/', Delimiter: '/' }));
  expect(next).toMatchObject({ IsTruncated: false, CommonPrefixes: [{ Prefix: 'c/' }] });
  expect(next.Contents).toBeUndefined();
});

test('buckets are found by prefix and paged', async () => {
  const names = ({ Buckets = [] }: { Buckets?: { Name?: string | undefined }[] | undefined }) =>
    Buckets.map(({ Name }) => Name);
  const first = await buckets({ Prefix: 'first-', MaxBuckets: 2 });
  expect(first).toMatchObject({ Prefix: 'first-', Owner, Buckets: [{ BucketRegion: 'us-east-1' }, {}] });
  expect(names(first)).toEqual(['first-a', 'first-b']);
  const { ContinuationToken } = first;
  const rest = await buckets({ Prefix: 'first-', MaxBuckets: 2, ContinuationToken });
  expect(names(rest)).toEqual(['first-c']);
  expect(rest.ContinuationToken).toBeUndefined();
  expect(names(await buckets({ BucketRegion: 'eu-west-1' }))).toEqual([]);
  expect(names(await buckets({}))).toEqual(['first-a', 'first-b', 'first-c', 'lists']);
});

test('uploads under way are folded and paged', async () => {
  const begin = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    return UploadId;
  };
  const begun = [await begin('x'), await begin('x'), await begin('y/1'), await begin('y/2'), await begin('z')];
  const seen: (string | undefined)[] = [];
  let markers: object = {};
  for (let page = 0; page < 10; page += 1) {
    const list = await uploads({ Delimiter: '/', MaxUploads: 1, ...markers });
    expect(list).toMatchObject({ MaxUploads: 1, Delimiter: '/' });
    seen.push(...(list.Uploads ?? []).map(({ UploadId }) => UploadId));
    seen.push(...(list.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    if (!list.IsTruncated) break;
    markers = { KeyMarker: list.NextKeyMarker, UploadIdMarker: list.NextUploadIdMarker };
  }
  const twins = begun.slice(0, 2);
  expect(seen).toEqual([...twins, 'y/', begun[4]]);
  expect((await uploads({ Prefix: 'y/' })).Uploads?.map(({ Key }) => Key)).toEqual(['y/1', 'y/2']);
});
