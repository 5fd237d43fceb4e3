import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentClient, dynamoDbWaitsTable } from '../../../services/callback-relay/dynamodb-waits-table.ts';
import { pendingShard, type WaitsTable } from '../../../services/callback-relay/waits-table.ts';
import { inMemoryWaitsTable } from './in-memory-waits-table.ts';
import { at, callback, STORY, wait } from './situation.ts';

/** The package has no types. */
const dynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite');

const server = dynalite({ createTableMs: 0 });
let client: DynamoDBDocumentClient;
let tables = 0;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  client = documentClient(
    new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials }),
  );
});

afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

async function newDynamoDbTable(): Promise<{ name: string; table: WaitsTable }> {
  tables += 1;
  const name = `waits-${tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['jiraStoryId', 'recordId'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'jiraStoryId', KeyType: 'HASH' },
        { AttributeName: 'recordId', KeyType: 'RANGE' },
      ],
    }),
  );
  return { name, table: dynamoDbWaitsTable(client, name, { callbackRetentionSeconds: 3600 }) };
}

describe.each<[string, () => Promise<WaitsTable>]>([
  ['in memory', async () => inMemoryWaitsTable()],
  ['in DynamoDB', async () => (await newDynamoDbTable()).table],
])('a waits table %s', (_, open) => {
  test('gives back what was put', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.putWait(wait('run-2', 1));
    await table.recordCallback(callback('c-1', 2, { jira: { status: 'Done' } }), at(3));
    expect(await table.waitsOn(STORY)).toEqual([wait('run-1', 0), wait('run-2', 1)]);
    const recorded = { ...callback('c-1', 2, { jira: { status: 'Done' } }), disposition: 'ACCEPTED', answered: [] };
    expect(await table.callbacksFor(STORY)).toEqual([recorded]);
    expect(await table.callback(STORY, 'c-1')).toEqual(recorded);
    expect(await table.callback(STORY, 'c-2')).toBeUndefined();
  });

  test('records a callback once', async () => {
    const table = await open();
    expect(await table.recordCallback(callback('c-1', 2), at(3))).toBe(true);
    expect(await table.recordCallback(callback('c-1', 2, { message: 'again' }), at(4))).toBe(false);
    expect(await table.callback(STORY, 'c-1')).toMatchObject({ message: 'ship it' });
  });

  test('keeps a wait when its token is stored again, replaces it for a new token', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.claim(wait('run-1', 0), callback('c-1', 2), at(3));
    await table.putWait(wait('run-1', 0));
    expect(await table.waitsOn(STORY)).toMatchObject([{ status: 'ANSWERED', callbackId: 'c-1' }]);
    const retried = { ...wait('run-1', 0), taskToken: wait('other', 0).taskToken };
    await table.putWait(retried);
    expect(await table.waitsOn(STORY)).toEqual([retried]);
  });

  test('lets one callback claim a wait, and that one again', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2), at(3))).toEqual({ won: true });
    expect(await table.claim(wait('run-1', 0), callback('c-2', 2), at(4))).toMatchObject({
      won: false,
      current: { status: 'ANSWERED', callbackId: 'c-1', outcome: 'success', answeredAt: at(3).toISOString() },
    });
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2), at(5))).toEqual({ won: true });
  });

  test('lets nobody claim with an old token, or what is not there', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    const old = { ...wait('run-1', 0), taskToken: wait('other', 0).taskToken };
    expect(await table.claim(old, callback('c-1', 2), at(3))).toEqual({ won: false, current: wait('run-1', 0) });
    expect(await table.claim(wait('run-9', 0), callback('c-1', 2), at(3))).toEqual({ won: false, current: undefined });
  });

  test('expires only what the callback has claimed', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.expire(wait('run-1', 0), callback('c-1', 2), 'TaskTimedOut');
    expect(await table.waitsOn(STORY)).toMatchObject([{ status: 'WAITING' }]);
    await table.claim(wait('run-1', 0), callback('c-1', 2), at(3));
    await table.expire(wait('run-1', 0), callback('c-2', 2), 'TaskTimedOut');
    expect(await table.waitsOn(STORY)).toMatchObject([{ status: 'ANSWERED' }]);
    await table.expire(wait('run-1', 0), callback('c-1', 2), 'TaskTimedOut');
    expect(await table.waitsOn(STORY)).toEqual([{ ...wait('run-1', 0), status: 'EXPIRED', endedAs: 'TaskTimedOut' }]);
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2), at(4))).toMatchObject({ won: false });
  });

  test('shows a decision that was too early', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.noteNotAdmitted(wait('run-1', 0), callback('c-1', 2));
    const receivedAt = at(2).toISOString();
    expect(await table.waitsOn(STORY)).toMatchObject([
      { status: 'WAITING', notAdmitted: { callbackId: 'c-1', outcome: 'success', receivedAt } },
    ]);
  });

  test('finishes a callback once; RELAYED replaces any other end, and executions add up', async () => {
    const table = await open();
    const decision = callback('c-1', 2);
    await table.recordCallback(decision, at(3));
    await table.finish(decision, { disposition: 'PARKED', answers: [], at: at(4) });
    await table.finish(decision, { disposition: 'LATE', answers: [], at: at(5) });
    expect(await table.callback(STORY, 'c-1')).toMatchObject({
      disposition: 'PARKED',
      finishedAt: at(4).toISOString(),
    });
    for (const executionName of ['run-2', 'run-1', 'run-2'])
      await table.finish(decision, {
        disposition: 'RELAYED',
        answers: [{ executionName, result: 'RELAYED' }],
        at: at(6),
      });
    expect(await table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1', 'run-2'] });
  });
});

describe('the records in DynamoDB', () => {
  test('expire by themselves, and only waiting ones are in the index of pending waits', async () => {
    const { name, table } = await newDynamoDbTable();
    await table.putWait(wait('run-1', 0));
    await table.putWait(wait('run-2', 0));
    await table.recordCallback(callback('c-1', 2), at(3));
    await table.claim(wait('run-2', 0), callback('c-1', 2), at(3));
    const { Items } = await client.send(new ScanCommand({ TableName: name }));
    const ttl = Math.floor(at(61 + 24 * 60).getTime() / 1000);
    expect(Items).toMatchObject([
      { recordId: 'CALLBACK#c-1', ttl: Math.floor(at(63).getTime() / 1000) },
      { recordId: 'WAIT#run-1', ttl, pendingShard: pendingShard('run-1'), waitingSince: at(1).toISOString() },
      { recordId: 'WAIT#run-2', ttl },
    ]);
    expect(Items?.[2]).not.toHaveProperty('pendingShard');
  });

  test('spread over the shards of the index', () => {
    const shards = new Set(Array.from({ length: 100 }, (_, i) => pendingShard(`release-${i}`)));
    expect([...shards].sort()).toEqual(Array.from({ length: 8 }, (_, i) => `pending#${i}`));
  });
});
