import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const clock = new MovableClock();
let local: RunningGateway;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

beforeAll(async () => {
  local = await runGateway({ clock });
  client = new DynamoDBClient(clientConfig(local.gateway));
  documents = DynamoDBDocumentClient.from(client);
  await local.tables.put({
    TableName: 'waits',
    KeySchema: [
      { AttributeName: 'story', KeyType: 'HASH' },
      { AttributeName: 'record', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['story', 'record', 'lane', 'since'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'pending',
        KeySchema: [
          { AttributeName: 'lane', KeyType: 'HASH' },
          { AttributeName: 'since', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    ttlAttribute: 'ttl',
    pointInTimeRecovery: true,
  });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const TableName = 'waits';
const get = async (story: string, record = 'r') =>
  (await documents.send(new GetCommand({ TableName, Key: { story, record }, ConsistentRead: true }))).Item;

async function pending(lane: string) {
  const KeyConditionExpression = 'lane = :lane';
  const query = {
    TableName,
    IndexName: 'pending',
    KeyConditionExpression,
    ExpressionAttributeValues: { ':lane': lane },
  };
  return (await documents.send(new QueryCommand(query))).Items;
}

test('an index holds only items that have its keys, with the attributes of its projection', async () => {
  await documents.send(new PutCommand({ TableName, Item: { story: 's1', record: 'r', other: 1 } }));
  await documents.send(
    new PutCommand({
      TableName,
      Item: { story: 's2', record: 'r', lane: 'a', since: '2', status: 'WAITING', other: 1 },
    }),
  );
  expect(await pending('a')).toEqual([{ story: 's2', record: 'r', lane: 'a', since: '2', status: 'WAITING' }]);
  const Key = { story: 's2', record: 'r' };
  await documents.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE lane, since' }));
  expect(await pending('a')).toEqual([]);
  expect(await get('s2')).toEqual({ story: 's2', record: 'r', status: 'WAITING', other: 1 });
});

test('a condition that fails can return the item that made it fail', async () => {
  await documents.send(new PutCommand({ TableName, Item: { story: 'c', record: 'r', callbackId: 'first' } }));
  const claim = new PutCommand({
    TableName,
    Item: { story: 'c', record: 'r', callbackId: 'second' },
    ConditionExpression: 'attribute_not_exists(callbackId)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(documents.send(claim)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    Item: { callbackId: { S: 'first' } },
  });
});

test('a transaction writes all or nothing, and says which condition failed', async () => {
  await documents.send(new PutCommand({ TableName, Item: { story: 't', record: 'taken' } }));
  const notThere = 'attribute_not_exists(story)';
  const write = (record: string, ConditionExpression = notThere) => ({
    Put: { TableName, Item: { story: 't', record, lane: 't', since: '1' }, ConditionExpression },
  });
  const check = { TableName, Key: { story: 't', record: 'absent' }, ConditionExpression: notThere };
  const failing = new TransactWriteCommand({
    TransactItems: [write('new'), write('taken'), { ConditionCheck: check }],
  });
  const failure = await documents.send(failing).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransactionCanceledException);
  expect(failure).toMatchObject({
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
  });
  expect(await get('t', 'new')).toBeUndefined();
  expect(await pending('t')).toEqual([]);

  const update = {
    TableName,
    Key: { story: 't', record: 'taken' },
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues: { ':n': 1 },
  };
  const TransactItems = [write('new'), { Update: update }, { ConditionCheck: check }];
  const request = { TransactItems, ClientRequestToken: 'once' };
  await documents.send(new TransactWriteCommand(request));
  await documents.send(new TransactWriteCommand(request)); // repeated with its token: done already
  expect(await pending('t')).toHaveLength(1);
  const Keys = ['new', 'taken', 'absent'].map((record) => ({ Get: { TableName, Key: { story: 't', record } } }));
  const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: Keys }));
  expect(Responses).toMatchObject([{ Item: { record: 'new' } }, { Item: { record: 'taken', n: 1 } }, {}]);
});

test('of transactions at the same time on the same items, one wins each', async () => {
  const items = ['x', 'y', 'z'];
  const attempts = Array.from({ length: 12 }, (_, index) => {
    const order = index % 2 === 0 ? items : items.toReversed();
    const TransactItems = order.map((record) => ({
      Put: {
        TableName,
        Item: { story: 'race', record, by: index },
        ConditionExpression: 'attribute_not_exists(story)',
      },
    }));
    return documents.send(new TransactWriteCommand({ TransactItems }));
  });
  const results = await Promise.allSettled(attempts);
  const winner = results.findIndex(({ status }) => status === 'fulfilled');
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const record of items) expect(await get('race', record)).toMatchObject({ by: winner });
});

test('one item occurs once in a transaction', async () => {
  const put = { Put: { TableName, Item: { story: 'd', record: 'd' } } };
  await expect(documents.send(new TransactWriteCommand({ TransactItems: [put, put] }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Transaction request cannot include multiple operations on one item',
  });
});

test('a batch writes to the table and its index', async () => {
  const requests = ['1', '2'].map((record) => ({
    PutRequest: { Item: { story: 'b', record, lane: 'b', since: record } },
  }));
  const result = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  expect(result.UnprocessedItems).toEqual({});
  expect(await pending('b')).toHaveLength(2);
});

test('an item goes when its time to live has passed', async () => {
  const ttl = Math.floor(clock.now() / 1000) + 3600;
  await documents.send(
    new PutCommand({ TableName, Item: { story: 'ttl', record: 'short', lane: 'ttl', since: '1', ttl } }),
  );
  await documents.send(new PutCommand({ TableName, Item: { story: 'ttl', record: 'long', ttl: ttl + 86_400 } }));
  clock.advance(3_700_000);
  const deadline = Date.now() + 4_000;
  while ((await get('ttl', 'short')) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await get('ttl', 'short')).toBeUndefined();
  expect(await get('ttl', 'long')).toMatchObject({ record: 'long' });
  expect(await pending('ttl')).toEqual([]);
});

test('settings of a table are told and changed', async () => {
  const described = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
    'ENABLED',
  );
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
  await expect(client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))).rejects.toMatchObject({
    message: 'TimeToLive is already enabled',
  });
});

test('an index needs its own permission', async () => {
  const arn = 'arn:aws:iam::000000000000:role/reader';
  const Resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/waits';
  const statement = { Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource };
  const read = { Version: '2012-10-17', Statement: [statement] };
  local.iam.putRole({ name: 'reader', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { read } });
  const reader = new DynamoDBClient(clientConfig(local.gateway, local.iam.accessKeyOf(arn, 's')));
  const by = DynamoDBDocumentClient.from(reader);
  await by.send(new ScanCommand({ TableName, Limit: 1 }));
  const query = {
    TableName,
    IndexName: 'pending',
    KeyConditionExpression: 'lane = :l',
    ExpressionAttributeValues: { ':l': 'a' },
  };
  await expect(by.send(new QueryCommand(query))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`dynamodb:Query on resource: ${Resource}/index/pending`),
  });
  reader.destroy();
});
