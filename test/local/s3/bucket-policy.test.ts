import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway, temporaryDirectory } from '../gateway/running-gateway.ts';

const Bucket = 'guarded';
const statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` };
const Version = '2012-10-17';

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

const put = (Policy: string) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));

test.each([
  ['text', "Policies must be valid JSON and the first byte must be '{'"],
  ['{', 'This policy contains invalid Json'],
  ['{}', 'Missing required field Statement'],
  [JSON.stringify({ Version, Statement: [{ ...statement, Effect: undefined }] }), 'Missing required field Effect'],
  [JSON.stringify({ Version, Statement: { ...statement, Principal: undefined } }), 'Missing required field Principal'],
  [JSON.stringify({ Version, Statement: [{ ...statement, Action: undefined }] }), 'Missing required field Action'],
  [JSON.stringify({ Version, Statement: [{ ...statement, Resource: undefined }] }), 'Missing required field Resource'],
  [
    JSON.stringify({ Version, Statement: [{ ...statement, Condition: { Bool: { 'aws:Unknown': 'true' } } }] }),
    'The local runtime cannot evaluate this policy: statement 1 of policy of arn:aws:s3:::guarded: condition key aws:unknown is not known',
  ],
  [
    JSON.stringify({ Version: '2030-01-01', Statement: [statement] }),
    expect.stringContaining('The local runtime cannot evaluate this policy: policy of arn:aws:s3:::guarded: Version:'),
  ],
])('%s is refused, and the policy before stays', async (policy, message) => {
  const good = JSON.stringify({ Version, Statement: [statement] });
  await put(good);
  await expect(put(policy)).rejects.toMatchObject({
    name: 'MalformedPolicy',
    message,
    $metadata: { httpStatusCode: 400 },
  });
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(good);
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await expect(put(policy)).rejects.toMatchObject({ name: 'MalformedPolicy' });
  await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});

test('a stored policy that cannot be evaluated does not keep the runtime from starting', async () => {
  const directory = temporaryDirectory();
  const before = await runGateway({ dataDir: directory.path });
  before.buckets.put({ name: Bucket });
  const sql = `UPDATE s3_buckets SET settings = '{"eventBridge":false,"documents":{"BucketPolicy":"{}"}}'`;
  before.database.run(sql);
  await before.close();
  const log = jest.spyOn(console, 'error').mockImplementation(() => {});

  const after = await runGateway({ dataDir: directory.path });
  expect(log.mock.calls).toEqual([
    ['The policy of the bucket guarded is taken away: Missing required field Statement'],
  ]);
  log.mockRestore();
  const client = new S3Client({ ...clientConfig(after.gateway), forcePathStyle: true });
  await expect(client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
  });
  client.destroy();
  await after.close();
  directory.remove();
});
