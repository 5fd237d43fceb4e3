import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let client: SecretsManagerClient;

beforeAll(async () => {
  local = await runGateway();
  client = new SecretsManagerClient(clientConfig(local.gateway));
  local.secrets.putSecret({
    name: 'api/jira',
    description: 'The Jira token',
    tags: { team: 'gates' },
    secretString: 'x',
  });
  local.secrets.putSecret({ name: 'api/mail', description: 'Mail', tags: { owner: 'gates' }, secretString: 'x' });
  local.secrets.putSecret({ name: 'webhook', description: 'Shared with Jira', secretString: 'x' });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const create = (more: object) => client.send(new CreateSecretCommand({ Name: 'new', SecretString: 'x', ...more }));
const remove = (SecretId: string, more: object = {}) => client.send(new DeleteSecretCommand({ SecretId, ...more }));
const put = (more: object) => client.send(new PutSecretValueCommand({ SecretId: 'webhook', ...more }));
const list = async (asked: ListSecretsCommandInput) =>
  (await client.send(new ListSecretsCommand(asked))).SecretList?.map(({ Name }) => Name);
const LONG = (place: string) =>
  `1 validation error detected: Value at '${place}' failed to satisfy constraint: Member must have length less than or equal to 65536`;
const WINDOW = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';

test.each<[string, () => Promise<unknown>, string, string]>([
  [
    'a name with a space',
    () => create({ Name: 'bad name!' }),
    'InvalidParameterException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  ],
  [
    'a text of 65,537 bytes',
    () => create({ SecretString: `${'ä'.repeat(32_768)}x` }),
    'ValidationException',
    LONG('secretString'),
  ],
  ['65,537 bytes', () => put({ SecretBinary: Buffer.alloc(65_537) }), 'ValidationException', LONG('secretBinary')],
  [
    'text and bytes at once',
    () => put({ SecretString: 'x', SecretBinary: Buffer.from('x') }),
    'InvalidParameterException',
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  ],
  [
    'a key',
    () => create({ KmsKeyId: 'alias/x' }),
    'InvalidParameterException',
    'KmsKeyId is not served by the local runtime.',
  ],
  [
    'a key later',
    () => client.send(new UpdateSecretCommand({ SecretId: 'webhook', KmsKeyId: 'alias/x' })),
    'InvalidParameterException',
    'KmsKeyId is not served by the local runtime.',
  ],
  [
    'replicas',
    () => create({ AddReplicaRegions: [{ Region: 'eu-west-1' }] }),
    'InvalidParameterException',
    'AddReplicaRegions is not served by the local runtime.',
  ],
  ['a window of 3 days', () => remove('webhook', { RecoveryWindowInDays: 3 }), 'InvalidParameterException', WINDOW],
  [
    'a window and none',
    () => remove('webhook', { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
    'InvalidParameterException',
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  ],
  [
    'a list from nowhere',
    () => list({ NextToken: 'nowhere' }),
    'InvalidNextTokenException',
    'The NextToken value is invalid.',
  ],
  [
    'a page of none',
    () => list({ MaxResults: 0 }),
    'ValidationException',
    "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
])('%s: refused', async (_, ask, name, message) => {
  await expect(ask()).rejects.toMatchObject({ name, message });
});

test('a secret of the name of one that waits for its deletion is not created', async () => {
  await create({ Name: 'waiting' });
  await remove('waiting', { RecoveryWindowInDays: 7 });
  await expect(create({ Name: 'waiting' })).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  });
});

test('to delete what is not there is no fault without a window', async () => {
  await expect(remove('nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await remove('nothing', { ForceDeleteWithoutRecovery: true })).toMatchObject({ Name: 'nothing' });
});

test('a version is read at a stage that it has', async () => {
  await create({ Name: 'staged' });
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: 'staged', SecretString: 'second' }));
  const asked = { SecretId: 'staged', VersionId, VersionStage: 'AWSPREVIOUS' };
  await expect(client.send(new GetSecretValueCommand(asked))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'You provided a VersionStage that is not associated to the provided VersionId.',
  });
});

test('versions come in pages, those without a stage only when asked for', async () => {
  await create({ Name: 'versions' });
  for (const SecretString of ['2', '3'])
    await client.send(new PutSecretValueCommand({ SecretId: 'versions', SecretString }));
  const versions = async (more: object = {}) => {
    const answer = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'versions', ...more }));
    return { stages: answer.Versions?.map(({ VersionStages }) => VersionStages), NextToken: answer.NextToken };
  };
  expect(await versions()).toEqual({ stages: [['AWSCURRENT'], ['AWSPREVIOUS']], NextToken: undefined });
  expect((await versions({ IncludeDeprecated: true })).stages).toHaveLength(3);
  const { stages, NextToken } = await versions({ MaxResults: 1 });
  expect(stages).toEqual([['AWSCURRENT']]);
  expect((await versions({ NextToken })).stages).toEqual([['AWSPREVIOUS']]);
});

test.each<[ListSecretsCommandInput['Filters'], string[]]>([
  [[{ Key: 'name', Values: ['api/'] }], ['api/jira', 'api/mail']],
  [[{ Key: 'name', Values: ['API/'] }], []],
  [[{ Key: 'name', Values: ['!api/'] }], ['webhook']],
  [[{ Key: 'description', Values: ['the jira', 'MAIL'] }], ['api/jira', 'api/mail']],
  [[{ Key: 'tag-key', Values: ['team'] }], ['api/jira']],
  [
    [
      { Key: 'tag-value', Values: ['gates'] },
      { Key: 'name', Values: ['api/m'] },
    ],
    ['api/mail'],
  ],
  [[{ Key: 'all', Values: ['JIRA shared'] }], ['webhook']],
  [[{ Key: 'owning-service', Values: ['x'] }], []],
])('filters %j find %j', async (Filters, names) => {
  const among = ['api/jira', 'api/mail', 'webhook'];
  expect((await list({ Filters }))?.filter((name) => among.includes(name ?? ''))).toEqual(names);
});

test('secrets come in pages, and in the order that is asked for', async () => {
  const pages: number[] = [];
  for await (const { SecretList = [] } of paginateListSecrets({ client, pageSize: 2 }, {}))
    pages.push(SecretList.length);
  expect(pages.length).toBeGreaterThan(1);
  const names = (await list({})) ?? [];
  expect(await list({ SortBy: 'name', SortOrder: 'desc' })).toEqual(names.toReversed());
});
