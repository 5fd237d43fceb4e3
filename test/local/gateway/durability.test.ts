import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway, temporaryDirectory } from './running-gateway.ts';

const directory = temporaryDirectory();
const running: RunningGateway[] = [];
afterAll(async () => {
  for (const local of running) await local.close();
  directory.remove();
});

async function run() {
  const local = await runGateway({ dataDir: directory.path });
  running.push(local);
  return local;
}

const pending = {
  IndexName: 'pending',
  KeySchema: [{ AttributeName: 'lane', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
};
const waits = {
  TableName: 'waits',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' as const },
    { AttributeName: 'lane', AttributeType: 'S' as const },
  ],
  GlobalSecondaryIndexes: [pending],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

test('what was acknowledged is there after a restart, on another port', async () => {
  const provision = async (local: RunningGateway) => {
    local.buckets.put({ name: 'files', versioned: true, eventBridge: true });
    const queue = local.queues.put({ name: 'letters' });
    const topic = local.topics.put({ name: 'news' });
    local.topics.subscribe({ topicArn: topic.arn, protocol: 'sqs', endpoint: queue.arn });
    await local.tables.put(waits);
    const secret = local.secrets.putSecret({ name: 'token', secretString: () => `generated-${local.gateway.url}` });
    local.logs.putLogGroup('/aws/lambda/x', { retentionInDays: 7 });
    return { queue, topic, secret };
  };

  const first = await run();
  const before = await provision(first);
  const config = clientConfig(first.gateway);
  const put = new PutObjectCommand({ Bucket: 'files', Key: 'a.txt', Body: 'one' });
  await new S3Client(config).send(put);
  await new S3Client(config).send(new PutObjectCommand({ ...put.input, Body: 'two' }));
  await new SQSClient(config).send(new SendMessageCommand({ QueueUrl: before.queue.url, MessageBody: 'kept' }));
  const Item = { id: { S: '1' }, lane: { S: 's' }, n: { N: '7' } };
  await new DynamoDBClient(config).send(new PutItemCommand({ TableName: 'waits', Item }));
  const value = first.secrets.value('token');
  const usedBefore = first.gateway.url;
  await running.pop()?.close();

  const second = await run();
  const after = await provision(second);
  const again = clientConfig(second.gateway);
  const s3 = new S3Client(again);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'a.txt' }));
  expect(await object.Body?.transformToString()).toBe('two');
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'files' }));
  expect(Versions?.map(({ Key, IsLatest }) => [Key, IsLatest])).toEqual([
    ['a.txt', true],
    ['a.txt', false],
  ]);
  expect(after.queue.url).toBe(`${second.gateway.url}/000000000000/letters`);
  expect(second.gateway.url).not.toBe(usedBefore);
  const { Messages } = await new SQSClient(again).send(new ReceiveMessageCommand({ QueueUrl: after.queue.url }));
  expect(Messages).toMatchObject([{ Body: 'kept' }]);
  const dynamodb = new DynamoDBClient(again);
  expect((await dynamodb.send(new GetItemCommand({ TableName: 'waits', Key: { id: { S: '1' } } }))).Item).toEqual(Item);
  const byLane = { KeyConditionExpression: 'lane = :s', ExpressionAttributeValues: { ':s': { S: 's' } } };
  const query = new QueryCommand({ TableName: 'waits', IndexName: 'pending', ...byLane });
  expect((await dynamodb.send(query)).Items).toEqual([Item]);
  const secret = await new SecretsManagerClient(again).send(new GetSecretValueCommand({ SecretId: after.secret.arn }));
  expect(secret.SecretString).toBe(value);
  expect(after.secret.arn).toBe(before.secret.arn);
  const sns = new SNSClient(again);
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: after.topic.arn }));
  expect(Subscriptions).toMatchObject([{ Endpoint: 'arn:aws:sqs:us-east-1:000000000000:letters' }]);
});
