import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { type InProcessRuntime, startInProcess } from '../../support/in-process-runtime.ts';
import { Gate } from '../gate.ts';
import { firstCallback, firstClaim, firstEnd, firstWait, type WaitingExecution } from './first-records.ts';

let runtime: InProcessRuntime;
let gate: Gate;
let dynamoDb: DynamoDBClient;
let stories = 0;

beforeAll(async () => {
  runtime = await startInProcess({ stacks: ['storygate-dev-release-gate'] });
  gate = await Gate.of(runtime);
  dynamoDb = new DynamoDBClient(runtime.client);
}, 60_000);
afterAll(() => runtime?.stop());

const nextStory = () => `FIRST-${++stories}`;
const table = () => gate.output('WaitsTableName');
const put = (Item: Record<string, AttributeValue>) => dynamoDb.send(new PutItemCommand({ TableName: table(), Item }));

async function read(story: string, recordId: string): Promise<Record<string, AttributeValue> | undefined> {
  const Key = { jiraStoryId: { S: story }, recordId: { S: recordId } };
  return (await dynamoDb.send(new GetItemCommand({ TableName: table(), Key, ConsistentRead: true }))).Item;
}

/** A gate that really waits, with a record of its wait as the first version would have left it. */
async function waitingSinceTheFirstVersion(): Promise<WaitingExecution & { wait: Record<string, AttributeValue> }> {
  const story = nextStory();
  const { arn, name } = await gate.startBy({ jiraStoryId: story, packageIds: ['pkg-001'] });
  await gate.waiting(arn);
  const stored = await read(story, `WAIT#${name}`);
  const execution = {
    story,
    name,
    arn,
    token: stored?.['taskToken']?.S ?? '',
    startedAt: stored?.['startedAt']?.S ?? '',
  };
  const wait = firstWait(execution);
  await put(wait);
  const note = { jiraStoryId: { S: `EXECUTION#${name}` }, recordId: { S: 'EXECUTION' } };
  await dynamoDb.send(new DeleteItemCommand({ TableName: table(), Key: note }));
  return { ...execution, wait };
}

const decide = (story: string, callbackId: string, more: object = {}) =>
  gate.callback({ jiraStoryId: story, status: 'success', message: 'ship it', callbackId, ...more });

/** The record of a callback once it says this. */
const booked = (story: string, callbackId: string, disposition: string) =>
  eventually(`${callbackId} ${disposition}`, async () => {
    const record = await read(story, `CALLBACK#${callbackId}`);
    return record?.['disposition']?.S === disposition ? record : undefined;
  });
const now = () => new Date().toISOString();

describe('a wait that the first version of the table has stored', () => {
  test('is approved', async () => {
    const { story, name, arn } = await waitingSinceTheFirstVersion();
    await decide(story, `${story}:1`);
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
    expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({ callback: { message: 'ship it' } });
    expect(await booked(story, `${story}:1`, 'RELAYED')).toMatchObject({ answered: { L: [{ S: name }] } });
    expect((await read(story, `WAIT#${name}`))?.['pendingShard']).toBeUndefined();
  });

  test('is rejected', async () => {
    const { story, name, arn } = await waitingSinceTheFirstVersion();
    await decide(story, `${story}:1`, { status: 'failure', message: 'not today' });
    expect((await gate.ended(arn)).status).toBe('FAILED');
    expect(await gate.json(`logs/${name}/error.json`)).toMatchObject({ error: 'CallbackRejected' });
  });

  test('is answered by a message that the first webhook had queued', async () => {
    const { story, arn } = await waitingSinceTheFirstVersion();
    const message = `{"schemaVersion":1,"callbackId":"queued","jiraStoryId":"${story}","outcome":"success","actor":{"displayName":"Ada"},"message":"","source":"automation","receivedAt":"${now()}","decidedAt":"${now()}","jira":{}}`;
    await new SQSClient(runtime.client).send(
      new SendMessageCommand({ QueueUrl: gate.output('CallbackQueueUrl'), MessageBody: message }),
    );
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
  });

  test('that its execution no longer waits for makes a decision late', async () => {
    const { story, arn, name } = await waitingSinceTheFirstVersion();
    await gate.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    await gate.ended(arn);
    await decide(story, `${story}:1`);
    expect(await booked(story, `${story}:1`, 'LATE')).toBeDefined();
    expect(await read(story, `WAIT#${name}`)).toMatchObject({
      status: { S: 'EXPIRED' },
      endedAs: { S: 'ExecutionAborted' },
    });
  });
});

describe('a callback that the first version has recorded', () => {
  test('that had claimed its wait, and crashed before it sent, goes on when it is delivered again', async () => {
    const { story, name, arn, wait } = await waitingSinceTheFirstVersion();
    await put(firstClaim(wait, `${story}:1`, now()));
    await put(firstCallback(story, `${story}:1`, now()));
    await decide(story, `${story}:1`);
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
    expect(await booked(story, `${story}:1`, 'RELAYED')).toMatchObject({
      answered: { L: [{ S: name }] },
      revision: { N: '1' },
    });
  });

  test('that is finished makes another one a duplicate, and stays as it is', async () => {
    const { story, name, wait } = await waitingSinceTheFirstVersion();
    await put(firstClaim(wait, `${story}:1`, now()));
    const finished = firstCallback(story, `${story}:1`, now(), firstEnd(name, '2025-03-01T09:00:00.000Z'));
    await put(finished);
    await decide(story, `${story}:2`);
    await booked(story, `${story}:2`, 'DUPLICATE');
    await decide(story, `${story}:1`);
    await decide(story, `${story}:3`);
    await booked(story, `${story}:3`, 'DUPLICATE'); // the queue has been worked off up to here
    expect(await read(story, `CALLBACK#${story}:1`)).toEqual(finished);
  });

  test('that was parked before the wait answers it', async () => {
    const story = nextStory();
    const { arn, name } = await gate.startBy({ jiraStoryId: story, packageIds: ['slow-validation'] });
    await put(firstCallback(story, `${story}:1`, now(), { disposition: { S: 'PARKED' }, finishedAt: { S: now() } }));
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
    expect(await booked(story, `${story}:1`, 'RELAYED')).toMatchObject({ answered: { L: [{ S: name }] } });
  });
});
