import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../local/faults/fault.ts';
import { eventually } from '../support/eventually.ts';
import { planFaults, strikes } from '../support/fault-plan.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { pacedTime } from '../support/paced-time.ts';
import { Gate } from './gate.ts';

let runtime: LocalRuntime;
let gate: Gate;
let stories = 0;

beforeAll(async () => {
  runtime = await startLocalRuntime();
  gate = await Gate.of(runtime);
}, 60_000);
afterEach(() => faults());
afterAll(() => runtime?.stop());

const faults = (...planned: Fault[]) => planFaults(runtime.endpoint, planned);

const timePasses = pacedTime((milliseconds) => runtime.advance(milliseconds));

const nextStory = () => `FAULT-${++stories}`;

/** Runs a gate to its end, time moving ahead, and checks that it was approved. */
async function approvedGate(story = nextStory()): Promise<{ name: string; events: HistoryEvent[] }> {
  const upload = await gate.upload({ jiraStoryId: story, packageIds: ['pkg-001'] });
  const [execution] = await gate.startedBy(upload, timePasses);
  const { executionArn: arn = '', name = '' } = execution ?? {};
  await gate.waiting(arn, timePasses);
  await eventually('an accepted callback', async () => ((await answer(story)) === 202 ? true : undefined), {
    between: timePasses,
  });
  await eventually('an answer that arrives', () => answered(arn), { between: () => runtime.advance(500) });
  const { status, events } = await gate.ended(arn, timePasses);
  expect({ status, last: status === 'SUCCEEDED' ? undefined : events.at(-1) }).toEqual({ status: 'SUCCEEDED' });
  expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({ input: { jiraStoryId: story } });
  return { name, events };
}

/** Only the relay's retries may take as long as they like: after it, states with a time limit follow. */
async function answered(arn: string): Promise<true | undefined> {
  const events = await gate.history(arn);
  return events.some(({ stateExitedEventDetails: exit }) => exit?.name === 'WaitForCallback') ? true : undefined;
}

/** Status of the answer; 0 when there was none. */
async function answer(story: string): Promise<number> {
  return gate.callback({ jiraStoryId: story, status: 'success', message: 'go' }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** `TaskFailed S3.S3Exception`, for each failure and timeout that the history shows. */
function problems(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ type, taskFailedEventDetails, taskTimedOutEventDetails }) => {
    const details = taskFailedEventDetails ?? taskTimedOutEventDetails;
    return details ? [`${type} ${details.error}`] : [];
  });
}

describe('a gate recovers by retry, which its history shows, when', () => {
  test.each<[string, Fault, string]>([
    [
      'S3 throttles',
      { kind: 'throttle', service: 's3', action: 'GetObject', principal: '*ReleaseGateRole*', count: 2 },
      'TaskFailed S3.S3Exception',
    ],
    [
      'S3 fails',
      { kind: 'error', service: 's3', action: 'GetObject', principal: '*ReleaseGateRole*', count: 1 },
      'TaskFailed S3.S3Exception',
    ],
    [
      'the answer of S3 is lost',
      { kind: 'lost-response', service: 's3', action: 'GetObject', principal: '*ReleaseGateRole*', count: 1 },
      'TaskFailed S3.SdkClientException',
    ],
    [
      'Lambda throttles',
      { kind: 'throttle', service: 'lambda', resource: '*-outputs', count: 1 },
      'TaskFailed Lambda.TooManyRequestsException',
    ],
    [
      'Lambda fails',
      { kind: 'error', service: 'lambda', resource: '*-outputs', count: 1 },
      'TaskFailed Lambda.ServiceException',
    ],
    [
      'the answer of a function is lost',
      { kind: 'lost-response', service: 'lambda', resource: '*-outputs', count: 1 },
      'TaskFailed Lambda.SdkClientException',
    ],
    [
      'a function crashes before its work',
      { kind: 'crash', function: '*-store-task-token', count: 1 },
      'TaskFailed Runtime.ExitError',
    ],
    [
      'a function crashes after its work',
      { kind: 'crash', function: '*-outputs', when: 'after', count: 1 },
      'TaskFailed Runtime.ExitError',
    ],
    [
      'a release API throttles',
      { kind: 'throttle', service: 'execute-api', action: 'POST /validation', count: 1 },
      'TaskFailed States.Http.StatusCode.429',
    ],
    [
      'a release API is unavailable',
      { kind: 'error', service: 'execute-api', action: 'POST /deployment', count: 2 },
      'TaskFailed States.Http.StatusCode.503',
    ],
    [
      'a release API breaks the connection',
      { kind: 'lost-response', service: 'execute-api', action: 'POST /notification', count: 1 },
      'TaskFailed States.Http.Socket',
    ],
    [
      'a release API does not answer',
      { kind: 'timeout', service: 'execute-api', action: 'POST /validation', count: 1, afterMs: 120_000 },
      'TaskTimedOut States.Timeout',
    ],
  ])('%s', async (_, fault, expected) => {
    await faults(fault);
    const { events } = await approvedGate();
    const [struck = 0] = await strikes(runtime.endpoint);
    expect(problems(events)).toEqual(Array(struck).fill(expected));
    expect(struck).toBe('count' in fault ? fault.count : 0);
  });
});

describe('a gate does not notice when', () => {
  test.each<[string, ...Fault[]]>([
    ['the upload is announced twice', { kind: 'duplicate', service: 'events', resource: '*-start-workflow' }],
    [
      'the upload is announced late',
      { kind: 'delay', service: 'events', resource: '*-start-workflow', delayMs: 5_000 },
    ],
    [
      'the upload cannot be delivered at first',
      { kind: 'throttle', service: 'lambda', resource: '*-start-workflow', count: 2 },
    ],
    [
      'the start is answered but the answer lost',
      { kind: 'lost-response', service: 'states', action: 'StartExecution', count: 1 },
    ],
    ['the callback comes twice', { kind: 'duplicate', service: 'sqs', resource: '*callbacks', count: 1 }],
    ['the callback comes late', { kind: 'delay', service: 'sqs', resource: '*callbacks', delayMs: 5_000 }],
    ['the queue throttles the webhook', { kind: 'throttle', service: 'sqs', action: 'SendMessage', count: 1 }],
    ['the webhook’s message is sent twice', { kind: 'lost-response', service: 'sqs', action: 'SendMessage', count: 1 }],
    ['the relay cannot delete its message', { kind: 'error', service: 'sqs', action: 'DeleteMessageBatch', count: 1 }],
    ['the table throttles', { kind: 'throttle', service: 'dynamodb', probability: 0.4 }],
    ['the answer of a claim is lost', { kind: 'lost-response', service: 'dynamodb', action: 'UpdateItem', count: 1 }],
    ['the relay crashes before its work', { kind: 'crash', function: '*-relay', count: 1 }],
    ['the relay crashes after its work', { kind: 'crash', function: '*-relay', when: 'after', count: 1 }],
    [
      'Step Functions throttles the relay',
      { kind: 'throttle', service: 'states', action: 'SendTaskSuccess', count: 4 },
    ],
    [
      'the answer to the relay is lost',
      { kind: 'lost-response', service: 'states', action: 'SendTaskSuccess', count: 1 },
    ],
    ['the event bus fails', { kind: 'error', service: 'events', action: 'PutEvents', probability: 0.5 }],
    ['everything is slow', { kind: 'latency', service: '*', delayMs: 20, probability: 0.3 }],
  ])('%s', async (_, ...planned) => {
    await faults(...planned);
    const story = nextStory();
    const { name, events } = await approvedGate(story);
    const allStruck = async () => ((await strikes(runtime.endpoint)).every((count) => count > 0) ? true : undefined);
    await eventually('a strike of each fault', allStruck, { between: timePasses }); // a second delivery may come later
    await faults();
    expect(problems(events)).toEqual([]);
    const { Items } = await new DynamoDBClient(runtime.client).send(
      new QueryCommand({
        TableName: gate.output('WaitsTableName'),
        KeyConditionExpression: 'jiraStoryId = :story',
        ExpressionAttributeValues: { ':story': { S: story } },
      }),
    );
    const waits = Items?.filter(({ recordId }) => recordId?.S?.startsWith('WAIT#'));
    expect(waits).toMatchObject([{ recordId: { S: `WAIT#${name}` }, status: { S: 'ANSWERED' } }]);
  });
});

test('nothing ended in a dead-letter queue', async () => {
  const { Attributes } = await new SQSClient(runtime.client).send(
    new GetQueueAttributesCommand({
      QueueUrl: gate.output('CallbackDlqUrl'),
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
});

test('a list that is none is refused with what is wrong', async () => {
  const response = await fetch(`${runtime.endpoint}/_storygate/faults`, {
    method: 'PUT',
    body: JSON.stringify({ faults: [{ kind: 'throttle', service: 's3', probability: 2 }] }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ message: expect.stringContaining('probability') });
});
