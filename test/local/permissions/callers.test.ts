import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';
import { type Compute, startCompute } from '../lambda/local-compute.ts';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/caller';
const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/gate/1';
const CALLER = 'User: arn:aws:sts::000000000000:assumed-role/caller/test is not authorized to perform:';

let local: RunningGateway;
let admin: S3Client;
let s3: S3Client;
let stacks: CloudFormationClient;

beforeAll(async () => {
  const stack = { name: 'gate', id: STACK_ID, outputs: [], resources: [], parameters: [], tags: {}, templateFile: '' };
  local = await runGateway({ stacks: [stack] });
  for (const name of ['from', 'into']) local.buckets.put({ name, versioned: true });
  may();
  const config = clientConfig(local.gateway, local.iam.accessKeyOf(ROLE_ARN, 'test'));
  admin = new S3Client({ ...clientConfig(local.gateway), forcePathStyle: true });
  s3 = new S3Client({ ...config, forcePathStyle: true });
  stacks = new CloudFormationClient(config);
  await admin.send(new PutObjectCommand({ Bucket: 'from', Key: 'tagged', Body: 'x', Tagging: 'owner=me' }));
  await admin.send(new PutObjectCommand({ Bucket: 'from', Key: 'plain', Body: 'x' }));
});
afterAll(async () => {
  for (const client of [admin, s3, stacks]) client.destroy();
  await local.close();
});

/** Gives the caller exactly these permissions: `s3:GetObject arn:…`. */
function may(...permissions: string[]): void {
  const Statement = permissions.map((permission) => {
    const [Action = '', Resource = ''] = permission.split(' ');
    return { Effect: 'Allow', Action, Resource };
  });
  const everything = { Version: '2012-10-17', Statement };
  const trust = { Statement: [] };
  local.iam.putRole({ name: 'caller', arn: ROLE_ARN, assumeRolePolicy: trust, inlinePolicies: { everything } });
}

describe('whoever may not list a bucket is not told that it lacks an object', () => {
  const missing = { Bucket: 'from', Key: 'missing' };
  const refusal = `${CALLER} s3:ListBucket on resource: "arn:aws:s3:::from" because no identity-based policy allows the s3:ListBucket action`;

  test('GetObject', async () => {
    may('s3:GetObject arn:aws:s3:::from/*');
    await expect(s3.send(new GetObjectCommand(missing))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: refusal,
    });
    may('s3:GetObject arn:aws:s3:::from/*', 's3:ListBucket arn:aws:s3:::from');
    await expect(s3.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('GetObject of a version', async () => {
    may('s3:GetObjectVersion arn:aws:s3:::from/*');
    const VersionId = 'A'.repeat(32);
    await expect(s3.send(new GetObjectCommand({ ...missing, VersionId }))).rejects.toMatchObject({ message: refusal });
  });

  test('HeadObject', async () => {
    may('s3:GetObject arn:aws:s3:::from/*');
    await expect(s3.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    may('s3:GetObject arn:aws:s3:::from/*', 's3:ListBucket arn:aws:s3:::from');
    await expect(s3.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test('GetObjectTagging', async () => {
    may('s3:GetObjectTagging arn:aws:s3:::from/*');
    await expect(s3.send(new GetObjectTaggingCommand(missing))).rejects.toMatchObject({ message: refusal });
  });

  test('the source of CopyObject', async () => {
    may('s3:GetObject arn:aws:s3:::from/*', 's3:PutObject arn:aws:s3:::into/*');
    const copy = new CopyObjectCommand({ Bucket: 'into', Key: 'copy', CopySource: 'from/missing' });
    await expect(s3.send(copy)).rejects.toMatchObject({ message: refusal });
  });

  test('a bucket that is not there is named all the same', async () => {
    may('s3:GetObject arn:aws:s3:::nowhere/*');
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('a copy with tags needs to read and write them', () => {
  const COPY = ['s3:GetObject arn:aws:s3:::from/*', 's3:PutObject arn:aws:s3:::into/*'];
  const copy = (key: string, more: { TaggingDirective?: 'COPY' | 'REPLACE'; Tagging?: string } = {}) =>
    s3.send(new CopyObjectCommand({ Bucket: 'into', Key: key, CopySource: `from/${key}`, ...more }));

  test('at the source', async () => {
    may(...COPY, 's3:PutObjectTagging arn:aws:s3:::into/*');
    await expect(copy('tagged')).rejects.toMatchObject({
      message: expect.stringContaining(`${CALLER} s3:GetObjectTagging on resource: "arn:aws:s3:::from/tagged"`),
    });
  });

  test('at the destination', async () => {
    may(...COPY, 's3:GetObjectTagging arn:aws:s3:::from/*');
    await expect(copy('tagged', { TaggingDirective: 'COPY' })).rejects.toMatchObject({
      message: expect.stringContaining(`${CALLER} s3:PutObjectTagging on resource: "arn:aws:s3:::into/tagged"`),
    });
  });

  test('but not where there are none, or where they are left behind', async () => {
    may(...COPY);
    await copy('plain');
    await copy('tagged', { TaggingDirective: 'REPLACE' });
    await expect(copy('tagged', { TaggingDirective: 'REPLACE', Tagging: 'a=b' })).rejects.toMatchObject({
      message: expect.stringContaining('s3:PutObjectTagging'),
    });
  });
});

test('a stack is authorized by its ARN, however it is called', async () => {
  may(`cloudformation:DescribeStacks ${STACK_ID}`);
  for (const StackName of ['gate', STACK_ID])
    expect((await stacks.send(new DescribeStacksCommand({ StackName }))).Stacks).toHaveLength(1);
  await expect(stacks.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject({
    message: expect.stringContaining(
      'on resource: arn:aws:cloudformation:us-east-1:000000000000:stack/other/* because',
    ),
  });
});

describe('whoever gives a rule a role must be allowed to pass it', () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/target';
  let compute: Compute;
  let events: EventBridgeClient;
  beforeAll(async () => {
    compute = await startCompute({ actions: ['events:*'] });
    const credentials = compute.iam.accessKeyOf('arn:aws:iam::000000000000:role/function-role', 'test');
    events = new EventBridgeClient({ ...compute.config, credentials });
  });
  afterAll(() => compute.stop());

  const refusal = {
    name: 'AccessDeniedException',
    message: expect.stringContaining(`is not authorized to perform: iam:PassRole on resource: ${RoleArn} because`),
  };

  test('PutRule', async () => {
    const rule = { Name: 'rule', EventPattern: '{"source":["x"]}' };
    await events.send(new PutRuleCommand(rule));
    await expect(events.send(new PutRuleCommand({ ...rule, RoleArn }))).rejects.toMatchObject(refusal);
  });

  test('PutTargets', async () => {
    const Targets = [{ Id: 'one', Arn: 'arn:aws:sqs:us-east-1:000000000000:queue', RoleArn }];
    await expect(events.send(new PutTargetsCommand({ Rule: 'rule', Targets }))).rejects.toMatchObject(refusal);
  });
});
