import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { movedIssue } from '../support/moved-issue.ts';
import { type AnyTarget, locally, startTarget } from '../support/target.ts';
import { Gate } from './gate.ts';

let target: AnyTarget;
let gate: Gate;
let table: DynamoDBDocumentClient;
let stories = 100;

beforeAll(async () => {
  target = await startTarget();
  gate = await Gate.of(target);
  table = DynamoDBDocumentClient.from(new DynamoDBClient(target.client));
}, 60_000);
afterAll(() => target?.stop());

const nextStory = () => `${target.project}-${++stories}`;

/** A gate that waits. */
async function waitingGate(story: string, more: object = {}): Promise<{ arn: string; name: string }> {
  const started = await gate.startBy({ jiraStoryId: story, packageIds: ['pkg-001'], ...more });
  await gate.waiting(started.arn);
  return started;
}

/** What is recorded for a story, by the kind of record. */
async function recorded(story: string, kind: 'WAIT#' | 'CALLBACK#'): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: gate.output('WaitsTableName'),
      KeyConditionExpression: 'jiraStoryId = :story AND begins_with(recordId, :kind)',
      ExpressionAttributeValues: { ':story': story, ':kind': kind },
    }),
  );
  return Items;
}

/** Waits until a callback is finished, and tells how. */
function disposition(story: string, callbackId: string): Promise<unknown> {
  return eventually(`${callbackId} finished`, async () => {
    const found = (await recorded(story, 'CALLBACK#')).find((record) => record['callbackId'] === callbackId);
    return found && found['disposition'] !== 'ACCEPTED' ? found['disposition'] : undefined;
  });
}

const decide = (story: string, callbackId: string, more: object = {}) =>
  gate.callback({ jiraStoryId: story, status: 'success', message: '', callbackId, ...more });
const person = (accountId: string) => ({ actor: { accountId, displayName: accountId } });

describe('a gate that asks for two of three approvers', () => {
  const approval = { quorum: 2, approvers: ['ada', 'ben', 'eve'], timeoutHours: 72 };

  test('opens with the second of them, and shows both', async () => {
    const story = nextStory();
    const { arn, name } = await waitingGate(story, { approval });
    await decide(story, `${story}:1`, { ...person('ada'), message: 'fine 🚀' });
    expect(await disposition(story, `${story}:1`)).toBe('COUNTED');
    await decide(story, `${story}:2`, person('mallory'));
    expect(await disposition(story, `${story}:2`)).toBe('IGNORED');
    await decide(story, `${story}:3`, person('ada'));
    expect(await disposition(story, `${story}:3`)).toBe('DUPLICATE');
    await decide(story, `${story}:4`, person('ben'));
    const { status, events } = await gate.ended(arn);
    expect(status).toBe('SUCCEEDED');
    expect(events.filter(({ type }) => type?.endsWith('StateEntered'))).toHaveLength(9);
    expect(await gate.json(`outputs/${name}/result.json`)).toMatchObject({
      decisions: [{ actor: { id: 'ada' }, comment: 'fine 🚀', source: 'automation' }, { actor: { id: 'ben' } }],
    });
    expect(await gate.text(`logs/${name}/execution.log`)).toMatch(/approved by ada .*: fine 🚀\n.*approved by ben/);
  });

  test('ends with the first rejection', async () => {
    const story = nextStory();
    const { arn, name } = await waitingGate(story, { approval });
    await decide(story, `${story}:1`, person('ada'));
    await decide(story, `${story}:2`, { ...person('ben'), status: 'failure', message: 'no' });
    expect((await gate.ended(arn)).status).toBe('FAILED');
    expect(await gate.json(`logs/${name}/error.json`)).toMatchObject({
      error: 'CallbackRejected',
      message: expect.stringContaining('rejected by ben: no'),
    });
  });
});

describe('a moved issue', () => {
  test('resumes what waits under its old key', async () => {
    const [from, to] = [nextStory(), nextStory()];
    const { arn } = await waitingGate(from);
    expect(await gate.callback(movedIssue(from, to, { done: false }))).toMatchObject({
      status: 202,
      body: { movedFrom: from },
    });
    await eventually('the move to be applied', async () =>
      (await recorded(from, 'WAIT#'))[0]?.['movedTo'] === to ? true : undefined,
    );
    await decide(to, `${to}:1`);
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
  });

  test('and done in one event does so, too', async () => {
    const [from, to] = [nextStory(), nextStory()];
    const { arn } = await waitingGate(from);
    await gate.callback(movedIssue(from, to, { done: true }));
    expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
  });
});

describe('an execution that ends otherwise', () => {
  test('no longer waits, and a decision that comes then is late', async () => {
    const story = nextStory();
    const { arn } = await waitingGate(story);
    await gate.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    await eventually('its wait to be closed', async () =>
      (await recorded(story, 'WAIT#'))[0]?.['status'] === 'EXPIRED' ? true : undefined,
    );
    expect(await recorded(story, 'WAIT#')).toMatchObject([{ endedAs: 'ExecutionAborted' }]);
    expect((await recorded(story, 'WAIT#'))[0]).not.toHaveProperty('pendingShard');
    await decide(story, `${story}:1`);
    expect(await disposition(story, `${story}:1`)).toBe('LATE');
  });
});

test('a decision that is there first is not lost', async () => {
  const story = nextStory();
  const { arn } = await gate.startBy({ jiraStoryId: story, packageIds: ['slow-validation'] });
  await decide(story, `${story}:1`);
  expect((await gate.ended(arn)).status).toBe('SUCCEEDED');
  expect(await disposition(story, `${story}:1`)).toBe('RELAYED');
});

locally('it moves the time', () => {
  test('who has not decided after three quarters of the time is reminded, and who has is not', async () => {
    const [open, done] = [nextStory(), nextStory()];
    await waitingGate(open, { approval: { timeoutHours: 48 } });
    const decided = await waitingGate(done, { approval: { timeoutHours: 48 } });
    await decide(done, `${done}:1`);
    await gate.ended(decided.arn);
    const logs = new CloudWatchLogsClient(target.client);
    const lines = async (text: string) => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/storygate-dev-remind', filterPattern: `"${text}"` }),
      );
      return events.map(({ message = '' }) => message);
    };
    await eventually('both reminders scheduled', async () =>
      (await lines('reminder scheduled')).filter((line) => line.includes(open) || line.includes(done)).length === 2
        ? true
        : undefined,
    );
    await target.pass(36 * 3_600_000);
    const sent = await eventually('a reminder', async () => {
      const found = (await lines('reminder sent')).filter((line) => line.includes(target.project));
      return found.length > 0 ? found : undefined;
    });
    expect(sent.filter((line) => line.includes(open))).toHaveLength(1);
    expect(sent.filter((line) => line.includes(done))).toEqual([]);
  });
});
