import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const TableName = 'cards';
const ARN = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const key = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' as const }];
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const DEFINITION = {
  TableName,
  KeySchema: key('story'),
  AttributeDefinitions: [text('story')],
  BillingMode: 'PAY_PER_REQUEST' as const,
};
const LANES = { IndexName: 'lanes', KeySchema: key('lane'), Projection: { ProjectionType: 'KEYS_ONLY' as const } };
const DEFINITION_WITH_LANES = {
  ...DEFINITION,
  AttributeDefinitions: [text('story'), text('lane')],
  GlobalSecondaryIndexes: [LANES],
};

let local: RunningGateway;
let client: DynamoDBClient;

beforeAll(async () => {
  local = await runGateway();
  client = new DynamoDBClient(clientConfig(local.gateway));
});
beforeEach(async () => {
  await local.tables.delete(TableName);
  await waitUntilTableNotExists({ client, maxWaitTime: 10, minDelay: 0.01 }, { TableName });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const create = (more: Partial<CreateTableCommandInput> = {}) =>
  client.send(new CreateTableCommand({ ...DEFINITION, ...more }));
const update = (asked: Partial<UpdateTableCommandInput>) =>
  client.send(new UpdateTableCommand({ TableName, ...asked }));
const put = (story: string, lane: string) =>
  client.send(new PutItemCommand({ TableName, Item: { story: { S: story }, ...(lane && { lane: { S: lane } }) } }));
const inLane = (lane: string) =>
  client.send(
    new QueryCommand({
      TableName,
      IndexName: 'lanes',
      KeyConditionExpression: 'lane = :l',
      ExpressionAttributeValues: { ':l': { S: lane } },
    }),
  );
const tags = async () => (await client.send(new ListTagsOfResourceCommand({ ResourceArn: ARN }))).Tags;

test('tags that a table is created with are kept, until it goes', async () => {
  await create({ Tags: [{ Key: 'JiraId', Value: 'AWS-10' }] });
  expect(await tags()).toEqual([{ Key: 'JiraId', Value: 'AWS-10' }]);
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client, maxWaitTime: 10, minDelay: 0.01 }, { TableName });
  await create();
  expect(await tags()).toEqual([]);
});

test('a template gives a table its tags, and no others', async () => {
  await local.tables.put({
    ...DEFINITION,
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  });
  await client.send(new TagResourceCommand({ ResourceArn: ARN, Tags: [{ Key: 'c', Value: '3' }] }));
  await local.tables.put({ ...DEFINITION, Tags: [{ Key: 'a', Value: 'one' }] });
  expect(await tags()).toEqual([{ Key: 'a', Value: 'one' }]);
});

test('an index that a template adds holds the items that were there, and goes with its declaration', async () => {
  await local.tables.put(DEFINITION);
  await put('s1', 'a');
  await put('s2', '');
  await local.tables.put(DEFINITION_WITH_LANES);
  await put('s3', 'a');
  expect((await inLane('a')).Items?.map(({ story }) => story?.S).sort()).toEqual(['s1', 's3']);
  await local.tables.put(DEFINITION);
  await expect(inLane('a')).rejects.toMatchObject({ message: 'The table does not have the specified index: lanes' });
});

test('an index is made and deleted by the API', async () => {
  await create();
  await put('s1', 'a');
  const GlobalSecondaryIndexUpdates = [{ Create: LANES }];
  await update({ AttributeDefinitions: [text('story'), text('lane')], GlobalSecondaryIndexUpdates });
  expect(await inLane('a')).toMatchObject({ Items: [{ story: { S: 's1' }, lane: { S: 'a' } }] });
  const { TableDescription } = await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'lanes' } }] });
  expect(TableDescription?.GlobalSecondaryIndexes).toBeUndefined();
});

const drop = (IndexName: string) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] });
test.each<[string, () => Promise<unknown>, string, string]>([
  [
    'an index that is not there',
    () => update(drop('nothing')),
    'ResourceNotFoundException',
    'Requested resource not found',
  ],
  [
    'two indexes at once',
    () => update({ GlobalSecondaryIndexUpdates: [{ Create: LANES }, { Delete: { IndexName: 'other' } }] }),
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  ],
  [
    'an index by an attribute without a type',
    () => update({ GlobalSecondaryIndexUpdates: [{ Create: LANES }] }),
    'ValidationException',
    'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [lane], AttributeDefinitions: [story]',
  ],
  ['a table that is there', () => create(), 'ResourceInUseException', 'Table already exists: cards'],
  ...(['CreateTable', 'UpdateTable'] as const).flatMap((action) =>
    [
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const } },
      { DeletionProtectionEnabled: true },
      { TableClass: 'STANDARD_INFREQUENT_ACCESS' as const },
    ].map((setting): [string, () => Promise<unknown>, string, string] => [
      `${action} with ${Object.keys(setting)}`,
      () => (action === 'CreateTable' ? create(setting) : update(setting)),
      'ValidationException',
      `${Object.keys(setting)} is not served by the local runtime.`,
    ]),
  ),
])('%s: refused', async (_, ask, name, message) => {
  await create();
  await expect(ask()).rejects.toMatchObject({ name, message });
});

test('a table is called by its ARN too, but only as what it is', async () => {
  await create();
  const { Table } = await client.send(new DescribeTableCommand({ TableName: ARN }));
  expect(Table?.TableName).toBe(TableName);
  for (const other of [
    `${ARN}/index/lanes`,
    ARN.replace('us-east-1', 'eu-west-1'),
    ARN.replace('000000000000', '111111111111'),
  ])
    for (const ask of [
      () => client.send(new DescribeTableCommand({ TableName: other })),
      () => client.send(new ListTagsOfResourceCommand({ ResourceArn: other })),
    ])
      await expect(ask()).rejects.toMatchObject({
        name: 'ValidationException',
        message: `The local runtime has no table ${other}; its tables are arn:aws:dynamodb:us-east-1:000000000000:table/<name>.`,
      });
});
