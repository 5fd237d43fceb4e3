import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bucketEncryption, bucketLifecycle } from '../../../local/provision/bucket-documents.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const Bucket = 'templated';

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

async function rulesOf(template: object) {
  local.buckets.put({ name: Bucket, lifecycle: bucketLifecycle.parse({ Rules: [template] }) });
  return (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
}

test("a template's encryption is what S3 shows", async () => {
  const ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' };
  const template = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault, BucketKeyEnabled: 'true' }] };
  local.buckets.put({ name: Bucket, encryption: bucketEncryption.parse(template) });
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault, BucketKeyEnabled: true },
  ]);
});

test.each([
  [
    { Id: 'old-versions', NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
    { ID: 'old-versions', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
  ],
  [
    { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Prefix: 'a/' },
    { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Filter: { Prefix: 'a/' } },
  ],
  [
    { ExpirationInDays: 3, TagFilters: [{ Key: 'a', Value: 'b' }] },
    { Expiration: { Days: 3 }, Filter: { Tag: { Key: 'a', Value: 'b' } } },
  ],
  [
    { ExpirationInDays: 3, TagFilters: [{ Key: 'a', Value: 'b' }], Prefix: 'p', ObjectSizeLessThan: '9' },
    {
      Expiration: { Days: 3 },
      Filter: { And: { Prefix: 'p', ObjectSizeLessThan: 9, Tags: [{ Key: 'a', Value: 'b' }] } },
    },
  ],
  [
    {
      Transitions: [
        { StorageClass: 'GLACIER', TransitionInDays: 1 },
        { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 200 },
      ],
    },
    {
      Filter: { Prefix: '' },
      Transitions: [
        { StorageClass: 'GLACIER', Days: 1 },
        { StorageClass: 'DEEP_ARCHIVE', Days: 200 },
      ],
    },
  ],
  [
    { NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }] },
    { Filter: { Prefix: '' }, NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', NoncurrentDays: 1 }] },
  ],
])('the lifecycle rule %j is shown, and taken back, as S3 has it', async (template, expected) => {
  const rules = await rulesOf({ ...template, Status: 'Enabled' });
  expect(rules).toEqual([{ ...expected, Status: 'Enabled' }]);
  const LifecycleConfiguration = { Rules: rules };
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
});
