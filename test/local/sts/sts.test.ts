import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
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
  viewer.destroy();
});

test('a role that is not there cannot be assumed', async () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/nobody';
  await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
