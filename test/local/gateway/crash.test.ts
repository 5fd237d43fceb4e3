import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { runGateway, temporaryDirectory } from './running-gateway.ts';

const ROUNDS = 3;
const directory = temporaryDirectory();
afterAll(directory.remove);

/** Serves in a process of its own. */
async function start() {
  const script = fileURLToPath(import.meta.resolve('./serve-until-killed.ts'));
  const child = spawn(execPath, [script, directory.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, endpoint: String(url).trim() };
}

/** Runs `act` with growing numbers, several at a time, until it fails; notes those that were acknowledged. */
async function untilKilled(
  acknowledged: string[],
  prefix: string,
  act: (id: string) => Promise<unknown>,
): Promise<void> {
  const lanes = ['a', 'b', 'c'].map(async (lane) => {
    for (let number = 0; ; number += 1) {
      const id = `${prefix}${lane}${number}`;
      try {
        await act(id);
      } catch {
        return;
      }
      acknowledged.push(id);
    }
  });
  await Promise.all(lanes);
}

test('what was acknowledged outlives a kill, and no item contradicts its index', async () => {
  const acknowledged = { objects: [] as string[], letters: [] as string[], items: [] as string[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, endpoint } = await start();
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const config = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const sqs = new SQSClient(config);
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    const QueueUrl = `${endpoint}/000000000000/letters`;
    const put = (TableName: string, Item: object) => ({ Put: { TableName, Item: { ...Item } } });
    const working = [
      untilKilled(acknowledged.objects, `${round}`, (Key) =>
        s3.send(new PutObjectCommand({ Bucket: 'files', Key, Body: Key })),
      ),
      untilKilled(acknowledged.letters, `${round}`, async (MessageBody) => {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 3 })); // moves some to the dead letters
      }),
      untilKilled(acknowledged.items, `${round}`, (id) => {
        const TransactItems = [put('items', { id, lane: 'x' }), put('items', { id: `${id}-twin`, lane: 'x' })];
        return documents.send(new TransactWriteCommand({ TransactItems }));
      }),
    ];
    const total = () => Object.values(acknowledged).flat().length;
    const enough = total() + 150 + round * 37;
    while (total() < enough) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await Promise.all(working);
  }

  for (const ids of Object.values(acknowledged)) expect(ids.length).toBeGreaterThan(30);
  const local = await runGateway({ dataDir: directory.path });
  try {
    const admin = local.iam.principalOf(undefined);
    const heard = local.database.all<{ object: string }>('SELECT object FROM heard');
    const keys = heard.map(({ object }) => JSON.parse(object).key);
    const missing: string[] = acknowledged.objects.filter((key) => !keys.includes(key));
    for (const key of acknowledged.objects) {
      const path = `/files/${key}`;
      const answer = await local.gateway.call(admin, { service: 's3', action: 'GetObject', method: 'GET', path });
      if (String(answer.body) !== key) missing.push(key);
    }
    const queues = [...local.queues.store.allQueues()].map((queue) => Object.values(queue.inspectMessages()).flat());
    const bodies = new Set(queues.flat().map((found) => ('body' in found ? found.body : found.message.body)));
    missing.push(...acknowledged.letters.filter((body) => !bodies.has(body)));
    expect(missing).toEqual([]);

    const config = {
      endpoint: local.gateway.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    };
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    const ids = async (command: ScanCommand | QueryCommand) => {
      const { Items = [] } = await (command instanceof ScanCommand ? documents.send(command) : documents.send(command));
      return Items.map(({ id }) => String(id)).sort();
    };
    const stored = await ids(new ScanCommand({ TableName: 'items' }));
    expect(acknowledged.items.filter((id) => !stored.includes(id))).toEqual([]);
    expect(stored.filter((id) => !id.endsWith('-twin') && !stored.includes(`${id}-twin`))).toEqual([]);
    const KeyConditionExpression = 'lane = :lane';
    const query = {
      TableName: 'items',
      IndexName: 'lanes',
      KeyConditionExpression,
      ExpressionAttributeValues: { ':lane': 'x' },
    };
    expect(await ids(new QueryCommand(query))).toEqual(stored);
    documents.destroy();
  } finally {
    await local.close();
  }
}, 30_000);
