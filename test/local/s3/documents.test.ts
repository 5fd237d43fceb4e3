import {
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketTaggingCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'documents';

let local: RunningGateway;
let s3: S3Client;

beforeAll(async () => {
  local = await runGateway();
  s3 = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  local.buckets.put({ name: Bucket, eventBridge: true });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});

async function send(method: string, path: string, body: string) {
  const answer = await fetch(`${local.gateway.url}/${Bucket}${path}`, { method, body });
  const [, code] = /<Code>(\w+)<\/Code>/.exec(await answer.text()) ?? [];
  return { status: answer.status, code };
}

test.each([
  ['PUT', '?notification'],
  ['PUT', '?versioning'],
  ['PUT', '?encryption'],
  ['PUT', '?lifecycle'],
  ['PUT', '?cors'],
  ['PUT', '?tagging'],
  ['PUT', '?publicAccessBlock'],
  ['PUT', '?ownershipControls'],
  ['PUT', '/k?tagging'],
  ['POST', '?delete'],
])('%s %s takes no document of another kind, and changes nothing', async (method, path) => {
  for (const body of ['<notxml', 'text', '<a></b>', '<a/><a/>', '<Something/>', '<Tagging>text</Tagging>'])
    expect(await send(method, path, body)).toEqual({ status: 400, code: 'MalformedXML' });
  expect(await send(method, path, '')).toEqual({ status: 400, code: 'MissingRequestBodyError' });
  const { EventBridgeConfiguration } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(EventBridgeConfiguration).toEqual({});
});

test.each([
  ['?lifecycle', '<LifecycleConfiguration><Rule><ID>no status</ID></Rule></LifecycleConfiguration>'],
  ['?lifecycle', '<LifecycleConfiguration><Rule><Status>On</Status></Rule></LifecycleConfiguration>'],
  ['?cors', '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>'],
  ['?encryption', '<ServerSideEncryptionConfiguration/>'],
  ['?versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'],
  ['?publicAccessBlock', '<PublicAccessBlockConfiguration><Unknown>1</Unknown></PublicAccessBlockConfiguration>'],
  ['/k?tagging', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
  ['?tagging', '<Tagging><TagSet/><TagSet/></Tagging>'],
])('%s does not take %s', async (path, body) => {
  expect(await send('PUT', path, body)).toEqual({ status: 400, code: 'MalformedXML' });
});

test('a document is kept as it was put', async () => {
  const Rules = [
    { ID: 'a', Status: 'Enabled' as const, Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } },
    { ID: 'b', Status: 'Disabled' as const, Filter: { And: { Prefix: '', Tags: [{ Key: 't', Value: '<&>' }] } } },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
  const CORSRules = [{ AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['*'], MaxAgeSeconds: 5 }];
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
  const TagSet = [{ Key: 'a', Value: '' }];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
});

test('declarations, comments, prefixes and empty elements are read', async () => {
  local.buckets.put({ name: 'switched', eventBridge: true });
  const body = `<?xml version="1.0"?>\n<!-- off --><s3:NotificationConfiguration xmlns:s3='x'>\n</s3:NotificationConfiguration>`;
  await fetch(`${local.gateway.url}/switched?notification`, { method: 'PUT', body });
  const state = () => s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'switched' }));
  expect((await state()).EventBridgeConfiguration).toBeUndefined();
  const on = { Bucket: 'switched', NotificationConfiguration: { EventBridgeConfiguration: {} } };
  await s3.send(new PutBucketNotificationConfigurationCommand(on));
  expect((await state()).EventBridgeConfiguration).toEqual({});
});

test('a versioning configuration needs a status, and there is no MFA delete', async () => {
  const put = (VersioningConfiguration: object) =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await expect(put({})).rejects.toMatchObject({ name: 'IllegalVersioningConfigurationException' });
  await expect(put({ Status: 'Enabled', MFADelete: 'Enabled' })).rejects.toMatchObject({ name: 'NotImplemented' });
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));

test.each([
  [
    'InvalidTag',
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
  ],
  ['InvalidTag', [{ Key: 'aws:name', Value: '1' }]],
  ['InvalidTag', [{ Key: '', Value: '1' }]],
  ['InvalidTag', [{ Key: 'k'.repeat(129), Value: '1' }]],
  ['InvalidTag', [{ Key: 'k', Value: 'v'.repeat(257) }]],
  ['BadRequest', numbered(51)],
])('%s: tags %# are refused on buckets and objects', async (name, TagSet) => {
  const Tagging = { TagSet };
  await expect(s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))).rejects.toMatchObject({ name });
  await expect(s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging }))).rejects.toMatchObject({ name });
});

test.each([
  ['InvalidArgument', 'a=1&a=2'],
  ['InvalidTag', 'aws%3Aname=1'],
  ['BadRequest', Array.from({ length: 11 }, (_, index) => `k${index}=`).join('&')],
])('%s: the tags %s of a header are refused', async (name, Tagging) => {
  await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging }))).rejects.toMatchObject({
    name,
  });
});

test.each([0, 1001])('%d objects cannot be deleted at once', async (count) => {
  const Objects = Array.from({ length: count }, (_, index) => ({ Key: `k${index}` }));
  await expect(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).rejects.toMatchObject({
    name: 'MalformedXML',
  });
});
