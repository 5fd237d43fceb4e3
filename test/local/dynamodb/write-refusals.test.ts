import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const TableName = 'cards';
const ARN = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
let local: RunningGateway;
let client: DynamoDBClient;

beforeAll(async () => {
  local = await runGateway();
  client = new DynamoDBClient(clientConfig(local.gateway));
  const key = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];
  await local.tables.put({
    TableName,
    KeySchema: key('story'),
    AttributeDefinitions: ['story', 'lane'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      { IndexName: 'lanes', KeySchema: key('lane'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const Key = (story: string) => ({ story: { S: story } });
const putting = (story: string, more: object = {}) => ({ PutRequest: { Item: { ...Key(story), ...more } } });
const batch = (...requests: object[]) =>
  client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
const found = async (...stories: string[]) => {
  const asked = { [TableName]: { Keys: stories.map(Key) } };
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: asked }));
  return Responses?.[TableName];
};
const EMPTY = { lane: { S: '' } };
const EMPTY_KEY =
  'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: lanes, IndexKey: lane';

test.each<[string, () => Promise<unknown>, string]>([
  [
    'a batch with one key twice',
    () => batch(putting('a'), { DeleteRequest: { Key: Key('a') } }),
    'Provided list of item keys contains duplicates',
  ],
  [
    'a batch of which one write does not fit its table',
    () => batch(putting('a'), { DeleteRequest: { Key: { other: { S: 'a' } } } }),
    'The provided key element does not match the schema',
  ],
  [
    'a put with an empty index key',
    () => client.send(new PutItemCommand({ TableName, Item: { ...Key('a'), ...EMPTY } })),
    EMPTY_KEY,
  ],
  [
    'an update to an empty index key',
    () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: Key('a'),
          UpdateExpression: 'SET lane = :l',
          ExpressionAttributeValues: { ':l': { S: '' } },
        }),
      ),
    EMPTY_KEY,
  ],
  ['a batch with an empty index key', () => batch(putting('a', EMPTY)), EMPTY_KEY],
])('%s is refused, and nothing is written', async (_, ask, message) => {
  await expect(ask()).rejects.toMatchObject({ name: 'ValidationException', message });
  expect(await found('a')).toEqual([]);
});

test('batches and transactions take ARNs for names', async () => {
  await client.send(new BatchWriteItemCommand({ RequestItems: { [ARN]: [putting('by arn')] } }));
  const put = { Put: { TableName: ARN, Item: Key('by arn too') } };
  await client.send(new TransactWriteItemsCommand({ TransactItems: [put] }));
  expect(await found('by arn', 'by arn too')).toHaveLength(2);
});
