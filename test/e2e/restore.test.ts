import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CopyObjectCommand, DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  QueueAttributeName,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { Gate } from './gate.ts';

type Item = Record<string, AttributeValue>;

const RESTORED = 'storygate-dev-waits-restored';
const dataDir = mkdtempSync(join(tmpdir(), 'storygate-'));
let runtime: LocalRuntime;
let gate: Gate;
let dynamoDb: DynamoDBClient;
let sqs: SQSClient;

async function start(): Promise<void> {
  runtime = await startLocalRuntime({ dataDir, args: ['--stack', 'storygate-dev-release-gate'] });
  gate = await Gate.of(runtime);
  dynamoDb = new DynamoDBClient(runtime.client);
  sqs = new SQSClient(runtime.client);
}
beforeAll(start, 60_000);
afterAll(async () => {
  await runtime?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function items(TableName: string): Promise<Item[]> {
  return (await dynamoDb.send(new ScanCommand({ TableName }))).Items ?? [];
}

const keyOf = ({ jiraStoryId = { S: '' }, recordId = { S: '' } }: Item) => ({ jiraStoryId, recordId });

/** Stands for `restore-table-to-point-in-time`, which a local table has not got: a second table with what the first has now. */
async function restorePoint(): Promise<void> {
  const names = ['jiraStoryId', 'recordId'];
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: RESTORED,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  for (const Item of await items(gate.output('WaitsTableName')))
    await dynamoDb.send(new PutItemCommand({ TableName: RESTORED, Item }));
}

/** Copies the records back that are missing; what has been written since stays. Returns how many were copied. */
async function copyBack(): Promise<number> {
  let copied = 0;
  for (const Item of await items(RESTORED)) {
    const ConditionExpression = 'attribute_not_exists(recordId)';
    try {
      await dynamoDb.send(new PutItemCommand({ TableName: gate.output('WaitsTableName'), Item, ConditionExpression }));
      copied += 1;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
  return copied;
}

async function relayRuns(Enabled: boolean): Promise<void> {
  const lambda = new LambdaClient(runtime.client);
  const FunctionName = 'storygate-dev-relay';
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings?.[0]?.UUID, Enabled }));
}

async function waitingGate(jiraStoryId: string): Promise<string> {
  const { arn } = await gate.startBy({ jiraStoryId, packageIds: ['pkg-001'] });
  await gate.waiting(arn);
  return arn;
}

const approve = (jiraStoryId: string) => gate.callback({ jiraStoryId, status: 'success', message: 'ship it' });

test('a waits table that has lost records gets them back, and no decision is lost meanwhile', async () => {
  const lost = await waitingGate('LOST-1');
  const kept = await waitingGate('KEPT-1');
  await restorePoint();
  for (const item of await items(gate.output('WaitsTableName')))
    if (item['jiraStoryId']?.S === 'LOST-1')
      await dynamoDb.send(new DeleteItemCommand({ TableName: gate.output('WaitsTableName'), Key: keyOf(item) }));

  await relayRuns(false);
  await approve('LOST-1');
  await approve('KEPT-1');
  expect(await copyBack()).toBe(1);
  await runtime.stop();
  await start(); // which makes what the template says: the relay runs

  expect((await gate.ended(lost)).status).toBe('SUCCEEDED');
  expect((await gate.ended(kept)).status).toBe('SUCCEEDED');
  expect(await copyBack()).toBe(0);
}, 60_000);

async function deadLetters(): Promise<Record<string, string>> {
  const ask = { QueueUrl: gate.output('CallbackDlqUrl'), AttributeNames: [QueueAttributeName.All] };
  return (await sqs.send(new GetQueueAttributesCommand(ask))).Attributes ?? {};
}

test('a wait that was damaged is restored, and the letters of the time between are sent again', async () => {
  const arn = await waitingGate('DAMAGED-1');
  const TableName = gate.output('WaitsTableName');
  const intact = (await items(TableName)).find(
    ({ jiraStoryId, recordId }) => jiraStoryId?.S === 'DAMAGED-1' && recordId?.S?.startsWith('WAIT#'),
  );
  await dynamoDb.send(new PutItemCommand({ TableName, Item: { ...intact, taskToken: { S: 'damaged' } } }));
  await approve('DAMAGED-1');
  const Attributes = await eventually('a letter, which no retry could have delivered', async () => {
    const found = await deadLetters();
    return found['ApproximateNumberOfMessages'] === '1' ? found : undefined;
  });

  await dynamoDb.send(new PutItemCommand({ TableName, Item: { ...intact } }));
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes['QueueArn'] }));

  expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
});

test('an object that was overwritten, and one that was deleted, come back from their versions', async () => {
  const Bucket = gate.bucket;
  const { key: Key, versionId } = await gate.upload('the truth', 'logs/some-execution/execution.log');
  await gate.upload('nonsense', Key);
  await gate.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${Key}?versionId=${versionId}` }));
  expect(await gate.text(Key)).toBe('the truth');

  await gate.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await expect(gate.text(Key)).rejects.toThrow('The specified key does not exist.');
  const { DeleteMarkers } = await gate.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  const marker = DeleteMarkers?.find(({ IsLatest }) => IsLatest);
  await gate.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker?.VersionId }));
  expect(await gate.text(Key)).toBe('the truth');
});
