import { DynamoDBClient, QueryCommand, type QueryCommandInput, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { postJson } from '../gateway/post-json.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const TableName = 'cards';
const ARN = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
let local: RunningGateway;
let client: DynamoDBClient;

beforeAll(async () => {
  local = await runGateway();
  client = new DynamoDBClient(clientConfig(local.gateway));
  const key = (AttributeName: string, KeyType = 'HASH') => ({ AttributeName, KeyType });
  await local.tables.put({
    TableName,
    KeySchema: [key('story')],
    AttributeDefinitions: ['story', 'lane'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'lanes',
        KeySchema: [key('lane')],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

const query = (asked: Partial<QueryCommandInput>) =>
  client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: `${asked.IndexName ? 'lane' : 'story'} = :k`,
      ExpressionAttributeValues: { ':k': { S: 'a' } },
      ...asked,
    }),
  );
const scan = (asked: object) => client.send(new ScanCommand({ TableName, ...asked }));
const ProjectionExpression = 'secret';
const IndexName = 'lanes';

test.each<[string, () => Promise<unknown>, string]>([
  [
    'specific attributes of which none is named',
    () => scan({ Select: 'SPECIFIC_ATTRIBUTES' }),
    'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
  ],
  [
    'a count of some attributes',
    () => query({ Select: 'COUNT', ProjectionExpression }),
    'Cannot specify the ProjectionExpression when choosing to get only the Count',
  ],
  [
    'all attributes and some',
    () => scan({ Select: 'ALL_ATTRIBUTES', AttributesToGet: ['secret'] }),
    'Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES',
  ],
  [
    'what an index projects, without an index',
    () => query({ Select: 'ALL_PROJECTED_ATTRIBUTES' }),
    'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
  ],
  [
    'what the index does not have',
    () =>
      query({
        IndexName,
        ProjectionExpression: '#s.x, lane, story, #1',
        ExpressionAttributeNames: { '#s': 'status', '#1': 'secret' },
      }),
    'One or more parameter values were invalid: Global secondary index lanes does not project [secret]',
  ],
  [
    'a consistent scan of a global index',
    () => scan({ IndexName, ConsistentRead: true }),
    'Consistent reads are not supported on global secondary indexes',
  ],
  [
    'a segment of an unknown number',
    () => scan({ Segment: 0 }),
    'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
  ],
])('%s: refused', async (_, ask, message) => {
  await expect(ask()).rejects.toMatchObject({ name: 'ValidationException', message });
});

test('an index answers what it projects', async () => {
  expect(await query({ IndexName, AttributesToGet: undefined, ProjectionExpression: 'story, lane' })).toMatchObject({
    Items: [],
  });
});

test.each([
  ['a projection that is null', { ProjectionExpression: null }],
  ['attributes that are null', { AttributesToGet: null }],
  ['an alias that begins with a digit', { ProjectionExpression: '#1', ExpressionAttributeNames: { '#1': 'secret' } }],
])('who may not read an attribute does not get it by %s', async (_, asked) => {
  const { accessKeyId } = readerOfSome();
  const { body } = await postJson(local.gateway, 'DynamoDB_20120810.Scan', { TableName, ...asked }, accessKeyId);
  expect(body).toMatchObject({ __type: expect.stringContaining('AccessDeniedException') });
});

/** The keys of a role that may read all but `secret`. */
function readerOfSome() {
  const arn = 'arn:aws:iam::000000000000:role/reader-of-some';
  const Condition = {
    StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    'ForAllValues:StringNotEquals': { 'dynamodb:Attributes': ['secret'] },
  };
  const read = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: ARN, Condition }],
  };
  local.iam.putRole({ name: 'reader-of-some', arn, assumeRolePolicy: { Statement: [] }, inlinePolicies: { read } });
  return local.iam.accessKeyOf(arn, 's');
}

const nothing = { a: null };
test.each<[string, object]>([
  ['GetItem', { Key: nothing }],
  ['DeleteItem', { Key: nothing }],
  ['PutItem', { Item: nothing }],
  ['PutItem', { Item: { story: { S: 'a' }, inside: { M: nothing } } }],
  ['PutItem', { Item: { story: { S: 'a' }, inside: { L: [null] } } }],
  ['Scan', { ExclusiveStartKey: nothing }],
  ['Scan', { FilterExpression: 'a = :a', ExpressionAttributeValues: { ':a': null } }],
  ['UpdateItem', { Key: nothing, UpdateExpression: 'SET b = a' }],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key: nothing } }] }],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [nothing] } } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: nothing } }] } }],
])('%s with null in the place of a value is refused', async (action, asked) => {
  const { status, body } = await postJson(local.gateway, `DynamoDB_20120810.${action}`, { TableName, ...asked });
  expect({ status, body }).toMatchObject({
    status: 400,
    body: {
      message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    },
  });
});
