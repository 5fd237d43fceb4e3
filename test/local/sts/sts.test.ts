import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let sts: STSClient;

beforeAll(async () => {
  local = await runGateway();
  sts = new STSClient(clientConfig(local.gateway));
});
afterAll(async () => {
  sts.destroy();
  await local.close();
});

test('the keyboard is the administrator, and becomes a role by assuming it', async () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/viewer';
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  const assumeRolePolicy = { Version: '2012-10-17', Statement: [trust] };
  local.iam.putRole({ name: 'viewer', arn: RoleArn, assumeRolePolicy, inlinePolicies: {} });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:user/local-admin',
  });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const viewer = new STSClient(clientConfig(local.gateway, credentials));
  expect((await viewer.send(new GetCallerIdentityCommand({}))).Arn).toBe(
    'arn:aws:sts::000000000000:assumed-role/viewer/me',
  );
  const chained = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', DurationSeconds: 7200 });
  await expect(viewer.send(chained)).rejects.toMatchObject({
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  });
  viewer.destroy();
});

test('a role that is not there cannot be assumed', async () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/nobody';
  await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

const ARN = 'arn:aws:iam::000000000000:role/viewer';
const refusal = (value: string, place: string, constraint: string) =>
  `1 validation error detected: Value ${value} at '${place}' failed to satisfy constraint: ${constraint}`;
test.each<[Partial<AssumeRoleCommandInput>, string]>([
  [{ Policy: '{"Version":"2012-10-17","Statement":[]}' }, 'Policy is not served by the local runtime.'],
  [
    { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
    'PolicyArns is not served by the local runtime.',
  ],
  [{ Tags: [{ Key: 'team', Value: 'a' }] }, 'Tags is not served by the local runtime.'],
  [{ SourceIdentity: 'ada' }, 'SourceIdentity is not served by the local runtime.'],
  [
    { RoleSessionName: 'bad name!' },
    refusal("'bad name!'", 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*'),
  ],
  [
    { DurationSeconds: 50_000 },
    refusal("'50000'", 'durationSeconds', 'Member must have value less than or equal to 43200'),
  ],
  [{ DurationSeconds: 60 }, refusal("'60'", 'durationSeconds', 'Member must have value greater than or equal to 900')],
  [{ RoleArn: undefined }, refusal('null', 'roleArn', 'Member must not be null')],
])('a session with %j is refused', async (asked, message) => {
  const session = sts.send(new AssumeRoleCommand({ RoleArn: ARN, RoleSessionName: 'me', ...asked }));
  await expect(session).rejects.toMatchObject({ name: 'ValidationError', message });
});
