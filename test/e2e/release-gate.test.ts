import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { pacedTime } from '../support/paced-time.ts';
import { signedPost } from '../support/signed-fetch.ts';
import { type AnyTarget, locally, startTarget } from '../support/target.ts';
import { Gate } from './gate.ts';

let target: AnyTarget;
let gate: Gate;

beforeAll(async () => {
  target = await startTarget();
  gate = await Gate.of(target);
}, 60_000);

afterAll(() => target?.stop());

/** Lets retries come without waiting for them. */
const secondsPass = pacedTime((milliseconds) => target.pass(milliseconds));

/** A story of this run. */
const key = (number: number) => `${target.project}-${number}`;
const story = (number: number, packageIds = ['pkg-001', 'pkg-002']) => ({ jiraStoryId: key(number), packageIds });

describe('an approved gate', () => {
  test('goes from the dropped file to its result in at most nine transitions', async () => {
    const { arn, name } = await gate.startBy({ ...story(1), ticket: { owner: 'platform' } });
    await gate.waiting(arn);
    const answer = await gate.callback({ jiraStoryId: key(1), status: 'success', message: 'ship it' });
    expect(answer).toMatchObject({ status: 202, body: { callbackId: expect.any(String) } });

    const { status, events } = await gate.ended(arn);

    expect(status).toBe('SUCCEEDED');
    expect(events.filter(({ type }) => type?.endsWith('StateEntered')).length).toBeLessThanOrEqual(9);
    expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({
      input: { jiraStoryId: key(1), packageIds: ['pkg-001', 'pkg-002'], ticket: { owner: 'platform' } },
      warnings: [],
      callback: { message: 'ship it' },
    });
    expect(await gate.text(`logs/${name}/execution.log`)).toMatch(/WaitForCallback/);
    expect(await gate.keys(`logs/${name}/`)).toEqual([`logs/${name}/execution.log`]);
  });

  test('releases every execution that waits on the story', async () => {
    const first = await gate.startBy(story(2, ['pkg-a']));
    const second = await gate.startBy(story(2, ['pkg-b']));
    await gate.waiting(first.arn);
    await gate.waiting(second.arn);
    await gate.callback({ jiraStoryId: key(2), status: 'success', message: 'both' });
    expect((await gate.ended(first.arn)).status).toBe('SUCCEEDED');
    expect((await gate.ended(second.arn)).status).toBe('SUCCEEDED');
  });
});

/** The newest of the events that the dashboard's count of waiting gates looks at, in the log of the state machine. */
async function newestInLog(arn: string): Promise<string | undefined> {
  const types = ['TaskSubmitted', 'ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'];
  const logs = new CloudWatchLogsClient(target.client);
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({
      logGroupName: `/aws/vendedlogs/states/${target.prefix}-release-gate`,
      filterPattern: `{ $.execution_arn = "${arn}" }`,
    }),
  );
  return events.map(({ message = '{}' }) => JSON.parse(message).type).findLast((type) => types.includes(type));
}

test('the log of the state machine tells whether a gate waits', async () => {
  const { arn } = await gate.startBy(story(13));
  await gate.waiting(arn);
  const logged = (type: string) =>
    eventually(`${type} in the log`, async () => ((await newestInLog(arn)) === type ? type : undefined));
  await logged('TaskSubmitted');
  await gate.callback({ jiraStoryId: key(13), status: 'success', message: 'fine' });
  await logged('ExecutionSucceeded');
});

describe('a gate that is not approved', () => {
  test('fails with the rejection when Jira says failure', async () => {
    const { arn, name } = await gate.startBy(story(3));
    await gate.waiting(arn);
    await gate.callback({ jiraStoryId: key(3), status: 'failure', message: 'not today' });
    expect((await gate.ended(arn)).status).toBe('FAILED');
    expect(await gate.json(`logs/${name}/error.json`)).toMatchObject({
      state: 'WaitForCallback',
      error: 'CallbackRejected',
      message: expect.stringContaining('not today'),
      input: story(3),
    });
    expect(await gate.text(`logs/${name}/execution.log`)).toContain('not today');
    expect(await gate.keys(`outputs/${name}/`)).toEqual([]);
  });

  locally('it moves the time', () => {
    test('times out after 24 hours without an answer', async () => {
      const { arn, name } = await gate.startBy(story(4));
      await gate.waiting(arn);
      await target.pass(24 * 3_600_000 - 60_000);
      expect((await gate.history(arn)).at(-1)?.type).toBe('TaskSubmitted');
      await target.pass(60_000);
      expect((await gate.ended(arn)).status).toBe('FAILED');
      expect(await gate.json(`logs/${name}/error.json`)).toMatchObject({
        state: 'WaitForCallback',
        error: 'States.Timeout',
      });
    });
  });
});

describe('the release APIs', () => {
  test.each([
    ['fail-validation', 'CallValidation'],
    ['fail-deployment', 'CallDeployment'],
  ])('%s fails the workflow and names %s', async (packageId, state) => {
    const { arn, name } = await gate.startBy(story(5, [packageId]));
    expect((await gate.ended(arn, secondsPass)).status).toBe('FAILED');
    expect(await gate.json(`logs/${name}/error.json`)).toMatchObject({
      state,
      message: expect.stringContaining(state),
    });
  });

  test('a failing notification is a warning', async () => {
    const { arn, name } = await gate.startBy(story(6, ['fail-notification']));
    await gate.waiting(arn, secondsPass);
    await gate.callback({ jiraStoryId: key(6), status: 'success', message: 'fine' });
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
    expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({
      warnings: [expect.stringContaining('CallNotification')],
    });
  });

  locally('the mock counts its calls in memory, so in one environment only', () => {
    test.each(['flaky-validation', 'flaky-deployment', 'flaky-notification'])(
      '%s recovers by retry',
      async (packageId) => {
        const id = `FLAKY-${['flaky-validation', 'flaky-deployment', 'flaky-notification'].indexOf(packageId) + 1}`;
        const { arn, name } = await gate.startBy({ jiraStoryId: id, packageIds: [packageId] });
        await gate.waiting(arn, secondsPass);
        await gate.callback({ jiraStoryId: id, status: 'success', message: 'fine' });
        const { status, events } = await gate.ended(arn);
        expect(status).toBe('SUCCEEDED');
        expect(events.filter(({ type }) => type === 'TaskFailed').length).toBeGreaterThanOrEqual(1);
        expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({ warnings: [] });
      },
    );
  });
});

describe('bad input ends in the error path with a message that names it', () => {
  test.each([
    ['broken JSON', '{"jiraStoryId": ', /is not valid JSON/],
    ['a list', '[]', /JSON object/],
    ['no story', { packageIds: ['a'] }, /jiraStoryId/],
    ['a story that is no key', { jiraStoryId: 'twelve', packageIds: ['a'] }, /jiraStoryId.*twelve/],
    ['no packages', { jiraStoryId: 'PROJ-7' }, /packageIds/],
    ['an empty package list', { jiraStoryId: 'PROJ-7', packageIds: [] }, /packageIds/],
    ['a package that is a number', { jiraStoryId: 'PROJ-7', packageIds: ['a', 3] }, /packageIds\[1\].*3/],
  ])('%s', async (_, content, message) => {
    const { arn, name } = await gate.startBy(content);
    expect((await gate.ended(arn)).status).toBe('FAILED');
    const error = await gate.json(`logs/${name}/error.json`);
    expect(error).toMatchObject({ state: 'ReadInputFromS3', message: expect.stringMatching(message) });
    expect(error).toMatchObject({ message: expect.stringContaining(`s3://${gate.bucket}/inputs/`) });
  });

  test('a missing object', async () => {
    const { executionArn = '' } = await gate.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: gate.output('StateMachineArn'),
        input: JSON.stringify({ bucket: gate.bucket, key: 'inputs/nowhere.json' }),
      }),
    );
    expect((await gate.ended(executionArn)).status).toBe('FAILED');
    expect(await gate.json(`logs/${executionArn.split(':').at(-1)}/error.json`)).toMatchObject({
      state: 'ReadInputFromS3',
      error: 'S3.NoSuchKeyException',
      message: expect.stringContaining(`s3://${gate.bucket}/inputs/nowhere.json`),
    });
  });
});

describe('starting', () => {
  test('a new version of the same file starts a second execution', async () => {
    const first = await gate.upload(story(8), 'inputs/versions.json');
    const second = await gate.upload(story(8), 'inputs/versions.json');
    expect(await gate.startedBy(first)).toHaveLength(1);
    expect(await gate.startedBy(second)).toHaveLength(1);
  });

  test('files outside inputs/ or without .json start nothing', async () => {
    const before = (await gate.executions()).length;
    await gate.upload(story(9), 'elsewhere/a.json');
    await gate.upload(story(9), 'inputs/a.txt');
    const last = await gate.upload(story(9), 'inputs/a.json');
    await gate.startedBy(last);
    expect((await gate.executions()).length).toBe(before + 1);
  });

  test('the same S3 event delivered twice starts one execution', async () => {
    const upload = await gate.upload(story(11));
    const [started] = await gate.startedBy(upload);
    await gate.deliverObjectCreated(upload);
    await gate.deliverObjectCreated(upload);
    expect(await gate.startedBy(upload)).toEqual([expect.objectContaining({ executionArn: started?.executionArn })]);
  });

  test('over HTTP, signed', async () => {
    const upload = await gate.upload(story(12), 'inputs/over-http.txt');
    const body = { key: 'inputs/over-http.json' };
    await gate.upload(story(12), body.key);
    const response = await signedPost(gate.output('StartApiEndpoint'), body, target.client);
    expect(response.status).toBe(202);
    const { executionArn } = z.object({ executionArn: z.string() }).parse(await response.json());
    await gate.waiting(executionArn);
    const refused = await signedPost(gate.output('StartApiEndpoint'), { key: upload.key }, target.client);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('inputs/over-http.txt');
  });

  test('over HTTP without a signature is forbidden', async () => {
    const response = await fetch(gate.output('StartApiEndpoint'), { method: 'POST', body: '{}' });
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  });

  test('by hand with start-execution', async () => {
    const upload = await gate.upload(story(10), 'inputs/by-hand.txt');
    const { executionArn = '' } = await gate.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: gate.output('StateMachineArn'),
        input: JSON.stringify({ bucket: gate.bucket, key: upload.key }),
      }),
    );
    await gate.waiting(executionArn);
  });
});

test('nothing is left in a dead-letter queue', async () => {
  const { Attributes } = await new SQSClient(target.client).send(
    new GetQueueAttributesCommand({
      QueueUrl: gate.output('CallbackDlqUrl'),
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
});
