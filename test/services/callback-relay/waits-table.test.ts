import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentClient, dynamoDbWaitsTable } from '../../../services/callback-relay/dynamodb-waits-table.ts';
import type { Answer, Vote } from '../../../services/callback-relay/records.ts';
import { acceptedRecord, pendingShard, type WaitsTable } from '../../../services/callback-relay/waits-table.ts';
import { StoryKey } from '../../../services/shared/story-key.ts';
import { inMemoryWaitsTable } from './in-memory-waits-table.ts';
import { at, callback, STORY, wait } from './situation.ts';

/** The package has no types. */
const dynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite');

const MOVED = StoryKey.parse('NEXT-7');

function vote(callbackId: string): Vote {
  const { outcome, actor, message, source, receivedAt, decidedAt, ...rest } = callback(callbackId, 2);
  const { callbackId: id, jiraStoryId } = rest;
  return { callbackId: id, jiraStoryId, outcome, actor, message, source, receivedAt, decidedAt };
}

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
    await table.putWait(wait('run-2', 1, { quorum: 2, approvers: ['5b10', '5b11'] }));
    await table.recordCallback(callback('c-1', 2, { jira: { status: 'Done' } }), at(3));
    const second = wait('run-2', 1, { quorum: 2, approvers: ['5b10', '5b11'] });
    expect(await table.waitsOn(STORY)).toEqual({ waits: [wait('run-1', 0), second], links: [] });
    expect(await table.wait(second)).toEqual(second);
    const recorded = {
      ...callback('c-1', 2, { jira: { status: 'Done' } }),
      ...{ disposition: 'ACCEPTED', answers: [], answered: [], revision: 0 },
    };
    expect(await table.callbacksFor(STORY)).toEqual({ callbacks: [recorded], links: [] });
    expect(await table.callback(STORY, 'c-1')).toEqual(recorded);
    expect(await table.callback(STORY, 'c-2')).toBeUndefined();
    expect(await table.wait(wait('run-9', 0))).toBeUndefined();
  });

  test('records a callback once', async () => {
    const table = await open();
    expect(await table.recordCallback(callback('c-1', 2), at(3))).toBe(true);
    expect(await table.recordCallback(callback('c-1', 2, { message: 'again' }), at(4))).toBe(false);
    expect(await table.callback(STORY, 'c-1')).toMatchObject({ message: 'ship it' });
  });

  test('keeps a wait when its attempt is stored again, replaces it for a newer one only', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.claim(wait('run-1', 0), callback('c-1', 2), [], at(3));
    await table.putWait(wait('run-1', 0));
    expect(await table.wait(wait('run-1', 0))).toMatchObject({ status: 'ANSWERED', callbackId: 'c-1' });
    const retried = wait('run-1', 0, { attempt: 1, taskToken: wait('other', 0).taskToken });
    await table.putWait(retried);
    await table.putWait(wait('run-1', 0));
    expect(await table.wait(retried)).toEqual(retried);
  });

  test('takes any other token for a newer one where attempts are not counted, as in the first version', async () => {
    const table = await open();
    const { attempt: _, ...uncounted } = wait('run-1', 0);
    await table.putWait(uncounted);
    await table.claim(uncounted, callback('c-1', 2), [], at(3));
    await table.putWait(uncounted);
    expect(await table.wait(uncounted)).toMatchObject({ status: 'ANSWERED' });
    const retried = { ...uncounted, taskToken: wait('second', 0).taskToken };
    await table.putWait(retried);
    expect(await table.wait(uncounted)).toEqual(retried);
    await table.putWait({ ...uncounted, attempt: 0 });
    expect(await table.wait(uncounted)).toMatchObject({ attempt: 0, taskToken: 'token-run-1' });
    await table.putWait(retried);
    expect(await table.wait(uncounted)).toMatchObject({ attempt: 0, taskToken: 'token-run-1' });
  });

  test('lets one callback claim a wait, and that one again', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2, { issueId: '7' }), [], at(3))).toBe(true);
    expect(await table.claim(wait('run-1', 0), callback('c-2', 2), [], at(4))).toBe(false);
    expect(await table.wait(wait('run-1', 0))).toEqual({
      ...wait('run-1', 0),
      status: 'ANSWERED',
      ...{ callbackId: 'c-1', callbackStory: 'PROJ-1', issueId: '7', outcome: 'success', message: 'ship it' },
      actor: { id: '5b10', displayName: 'Ada' },
      answeredAt: at(3).toISOString(),
    });
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2), [], at(5))).toBe(true);
  });

  test('lets nobody claim with an old token, or what is not there', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    const old = wait('run-1', 0, { taskToken: wait('other', 0).taskToken });
    expect(await table.claim(old, callback('c-1', 2), [], at(3))).toBe(false);
    expect(await table.claim(wait('run-9', 0), callback('c-1', 2), [], at(3))).toBe(false);
    expect(await table.wait(wait('run-1', 0))).toEqual(wait('run-1', 0));
  });

  test('adds votes one after the other, and the claim is the last of them', async () => {
    const table = await open();
    const open2 = wait('run-1', 0, { quorum: 3 });
    const [first, second, third] = ['c-1', 'c-2', 'c-3'].map(vote);
    if (!first || !second || !third) throw new Error('three votes');
    await table.putWait(open2);
    expect(await table.vote(open2, [first])).toBe(true);
    expect(await table.vote(open2, [second])).toBe(false);
    expect(await table.vote(open2, [first, second])).toBe(true);
    expect(await table.claim(open2, callback('c-3', 2), [first, third], at(3))).toBe(false);
    expect(await table.claim(open2, callback('c-3', 2), [first, second, third], at(3))).toBe(true);
    expect(await table.claim(open2, callback('c-3', 2), [first, second, third], at(3))).toBe(true);
    expect(await table.vote(open2, [first, second, third, vote('c-4')])).toBe(false);
    expect(await table.wait(open2)).toMatchObject({
      status: 'ANSWERED',
      callbackId: 'c-3',
      votes: [first, second, third],
    });
  });

  test('expires only what the callback has claimed', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.expire(wait('run-1', 0), callback('c-1', 2), 'TaskTimedOut');
    expect(await table.wait(wait('run-1', 0))).toMatchObject({ status: 'WAITING' });
    await table.claim(wait('run-1', 0), callback('c-1', 2), [], at(3));
    await table.expire(wait('run-1', 0), callback('c-2', 2), 'TaskTimedOut');
    expect(await table.wait(wait('run-1', 0))).toMatchObject({ status: 'ANSWERED' });
    await table.expire(wait('run-1', 0), callback('c-1', 2), 'TaskTimedOut');
    expect(await table.wait(wait('run-1', 0))).toEqual({
      ...wait('run-1', 0),
      status: 'EXPIRED',
      endedAs: 'TaskTimedOut',
    });
    expect(await table.claim(wait('run-1', 0), callback('c-1', 2), [], at(4))).toBe(false);
  });

  test('closes only what nobody has answered', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.putWait(wait('run-2', 0));
    await table.claim(wait('run-2', 0), callback('c-1', 2), [], at(3));
    expect(await table.close(wait('run-1', 0, { taskToken: wait('other', 0).taskToken }), 'ExecutionAborted')).toBe(
      false,
    );
    expect(await table.close(wait('run-1', 0), 'ExecutionAborted')).toBe(true);
    expect(await table.close(wait('run-2', 0), 'ExecutionAborted')).toBe(false);
    const { waits } = await table.waitsOn(STORY);
    expect(waits).toMatchObject([{ status: 'EXPIRED', endedAs: 'ExecutionAborted' }, { status: 'ANSWERED' }]);
  });

  test('shows a decision that does not count, and that the issue was moved', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    const { callbackId, outcome, actor, receivedAt } = callback('c-1', 2);
    const notAdmitted = { callbackId, outcome, actor, receivedAt, because: 'too early' };
    await table.noteNotAdmitted(wait('run-1', 0), notAdmitted);
    await table.noteMoved(wait('run-1', 0), MOVED);
    expect(await table.wait(wait('run-1', 0))).toEqual(wait('run-1', 0, { notAdmitted, movedTo: MOVED }));
  });

  test('links keys in the direction that is told, as often as it is told', async () => {
    const table = await open();
    await table.putWait(wait('run-1', 0));
    await table.recordCallback(callback('c-1', 2), at(3));
    await table.link(STORY, MOVED, at(4));
    await table.link(STORY, MOVED, at(5));
    expect(await table.waitsOn(STORY)).toMatchObject({ waits: [{ executionName: 'run-1' }], links: [MOVED] });
    expect(await table.callbacksFor(STORY)).toMatchObject({ callbacks: [{ callbackId: 'c-1' }], links: [MOVED] });
    expect(await table.waitsOn(MOVED)).toEqual({ waits: [], links: [] });
  });

  test('tells those who announce a wait and those who see the end of each other', async () => {
    const table = await open();
    const end = { endedAs: 'ExecutionAborted', run: 0, keptUntil: at(90) };
    expect(await table.announceWait(wait('run-1', 0))).not.toHaveProperty('endedAs');
    expect(await table.noteEnd('run-1', end)).toMatchObject({
      ...{ waitsOn: STORY, attempt: 0, notedAt: at(1).toISOString() },
    });
    expect(await table.noteEnd('run-2', end)).not.toHaveProperty('waitsOn');
    expect(await table.announceWait(wait('run-2', 0))).toMatchObject({ endedAs: 'ExecutionAborted', endedRun: 0 });
  });

  test('saves what becomes of a callback only on what was seen of it', async () => {
    const table = await open();
    await table.recordCallback(callback('c-1', 2), at(3));
    const seen = acceptedRecord(callback('c-1', 2));
    const answers: Answer[] = ['run-2', 'run-1'].map((executionName) => ({ executionName, result: 'RELAYED' }));
    expect(await table.saveCallback(seen, { disposition: 'RELAYED', answers, finishedAt: at(4).toISOString() })).toBe(
      true,
    );
    expect(await table.saveCallback(seen, { disposition: 'LATE', answers: [] })).toBe(false);
    expect(await table.callback(STORY, 'c-1')).toEqual({
      ...callback('c-1', 2),
      ...{
        disposition: 'RELAYED',
        answers,
        answered: ['run-1', 'run-2'],
        revision: 1,
        finishedAt: at(4).toISOString(),
      },
    });
    expect(await table.saveCallback(acceptedRecord(callback('c-9', 2)), { disposition: 'LATE', answers: [] })).toBe(
      false,
    );
  });
});

describe('the records in DynamoDB', () => {
  test('expire by themselves, and only waiting ones are in the index of pending waits', async () => {
    const { name, table } = await newDynamoDbTable();
    await table.putWait(wait('run-1', 0));
    await table.putWait(wait('run-2', 0));
    await table.recordCallback(callback('c-1', 2), at(3));
    await table.claim(wait('run-2', 0), callback('c-1', 2), [], at(3));
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
