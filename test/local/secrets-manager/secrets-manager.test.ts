import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SystemClock } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const clock = new SystemClock();
let local: RunningGateway;
let client: SecretsManagerClient;

beforeAll(async () => {
  local = await runGateway({ clock });
  client = new SecretsManagerClient(clientConfig(local.gateway));
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const read = (SecretId: string, VersionStage?: string) =>
  client.send(new GetSecretValueCommand({ SecretId, VersionStage }));

test('a secret is read by name, ARN and partial ARN', async () => {
  const { arn } = local.secrets.putSecret({ name: 'api/token', secretString: 'first' });
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:api\/token-[A-Za-z0-9]{6}$/);
  for (const id of ['api/token', arn, arn.slice(0, -7)]) expect((await read(id)).SecretString).toBe('first');
  expect(local.secrets.value(arn)).toBe('first');
});

test('provisioning again keeps a value that was changed since', async () => {
  local.secrets.putSecret({ name: 'kept', secretString: () => 'generated' });
  await client.send(new PutSecretValueCommand({ SecretId: 'kept', SecretString: 'changed' }));
  local.secrets.putSecret({
    name: 'kept',
    secretString: () => {
      throw new Error('it has a value');
    },
  });
  expect((await read('kept')).SecretString).toBe('changed');
});

test('a new value makes the former one the previous', async () => {
  await client.send(new CreateSecretCommand({ Name: 'staged', SecretString: 'one' }));
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'two' }));
  await client.send(new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'three' }));
  expect(await read('staged')).toMatchObject({ SecretString: 'three', VersionStages: ['AWSCURRENT'] });
  expect(await read('staged', 'AWSPREVIOUS')).toMatchObject({ SecretString: 'two', VersionId });
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'staged' }));
  expect(
    Object.values(VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

test('a request that is repeated with its token makes one version', async () => {
  await client.send(new CreateSecretCommand({ Name: 'repeated', SecretString: 'one' }));
  const ClientRequestToken = '11111111-2222-4333-8444-555555555555';
  const put = { SecretId: 'repeated', ClientRequestToken };
  await client.send(new PutSecretValueCommand({ ...put, SecretString: 'two' }));
  await client.send(new PutSecretValueCommand({ ...put, SecretString: 'two' }));
  await expect(client.send(new PutSecretValueCommand({ ...put, SecretString: 'other' }))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  });
});

test('a deleted secret is kept for a while', async () => {
  await client.send(new CreateSecretCommand({ Name: 'deleted', SecretString: 'one' }));
  await client.send(new DeleteSecretCommand({ SecretId: 'deleted' }));
  await expect(read('deleted')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  const { SecretList } = await client.send(new ListSecretsCommand({}));
  expect(SecretList?.map(({ Name }) => Name)).not.toContain('deleted');
  await client.send(new RestoreSecretCommand({ SecretId: 'deleted' }));
  expect((await read('deleted')).SecretString).toBe('one');
  await client.send(new DeleteSecretCommand({ SecretId: 'deleted', ForceDeleteWithoutRecovery: true }));
  await expect(read('deleted')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
});

test('a role reads only its own secret', async () => {
  const own = local.secrets.putSecret({ name: 'own', secretString: 'mine' });
  local.secrets.putSecret({ name: 'foreign', secretString: 'theirs' });
  const arn = 'arn:aws:iam::000000000000:role/reader';
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: own.arn };
  const policy = { Version: '2012-10-17', Statement: [statement] };
  local.iam.putRole({ name: 'reader', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { policy } });
  const reader = new SecretsManagerClient(clientConfig(local.gateway, local.iam.accessKeyOf(arn, 's')));
  expect((await reader.send(new GetSecretValueCommand({ SecretId: 'own' }))).SecretString).toBe('mine');
  await expect(reader.send(new GetSecretValueCommand({ SecretId: 'foreign' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  reader.destroy();
});

describe('one event has one time', () => {
  beforeEach(() => {
    // A millisecond passes between any two looks at the clock, so that one event with two times is found out.
    const now = clock.now.bind(clock);
    let passed = 0;
    jest.spyOn(clock, 'now').mockImplementation(() => now() + ++passed);
  });
  afterEach(() => void jest.restoreAllMocks());

  const times = async (SecretId: string) => {
    const { CreatedDate, LastChangedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    return { created: CreatedDate, changed: LastChangedDate, newest: Versions[0]?.CreatedDate };
  };

  test('a secret with its first version', async () => {
    await client.send(new CreateSecretCommand({ Name: 'made', SecretString: 'one' }));
    local.secrets.putSecret({ name: 'provisioned', secretString: 'one' });
    for (const name of ['made', 'provisioned']) {
      const { created, changed, newest } = await times(name);
      expect([created, newest]).toEqual([changed, changed]);
    }
  });

  test('a further version, and a new description', async () => {
    await client.send(new CreateSecretCommand({ Name: 'changed', SecretString: 'one' }));
    await client.send(new PutSecretValueCommand({ SecretId: 'changed', SecretString: 'two' }));
    const put = await times('changed');
    expect(put.newest).toEqual(put.changed);
    await client.send(new UpdateSecretCommand({ SecretId: 'changed', SecretString: 'three', Description: 'new' }));
    const updated = await times('changed');
    expect(updated.newest).toEqual(updated.changed);
  });

  test('a deletion', async () => {
    await client.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'one' }));
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: 'doomed' }));
    expect(Number(DeletionDate) - Number((await times('doomed')).changed)).toBe(30 * 86_400_000);
  });
});
