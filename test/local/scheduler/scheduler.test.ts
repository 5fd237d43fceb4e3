import { setImmediate } from 'node:timers/promises';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { Scheduler } from '../../../local/scheduler/scheduler.ts';
import { eventually } from '../../support/eventually.ts';
import { clientConfig, temporaryDirectory } from '../gateway/running-gateway.ts';

const ROLE = 'arn:aws:iam::000000000000:role/reminders';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:remind';

let clock: MovableClock;
let directory: ReturnType<typeof temporaryDirectory>;
let running: Awaited<ReturnType<typeof run>>;
let calls: { arn: string; payload: unknown; principal: unknown }[];
let failing: boolean;
/** What happens while the function is called. */
let meanwhile: () => Promise<unknown>;

/** Scheduler behind a gateway, on a database that outlives it. */
async function run() {
  const database = new Database(`${directory.path}/runtime.db`);
  const iam = new RoleRegistry({ clock });
  const trust = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  iam.putRole({ name: 'reminders', arn: ROLE, assumeRolePolicy: { Version: '2012-10-17', Statement: [trust] } });
  const lambda = {
    invoke: async (arn: string, payload: unknown, principal: unknown) => {
      calls.push({ arn, payload, principal });
      await meanwhile();
      if (failing) throw new Error('throttled');
    },
  };
  const scheduler = new Scheduler({ clock, database, lambda, trusts: iam.trusts.bind(iam) });
  const gateway = new Gateway({ iam, services: [scheduler.service] });
  await gateway.listen(0);
  scheduler.putGroup('reminders');
  scheduler.start();
  const client = new SchedulerClient(clientConfig(gateway));
  const close = async () => {
    client.destroy();
    scheduler.close();
    await gateway.close();
    database.close();
  };
  return { client, close };
}

beforeEach(async () => {
  clock = new MovableClock(() => Date.UTC(2025, 2, 1, 9));
  directory = temporaryDirectory();
  calls = [];
  failing = false;
  meanwhile = async () => {};
  running = await run();
});

afterEach(async () => {
  await running.close();
  directory.remove();
});

const schedule = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'wait-1',
  GroupName: 'reminders',
  ScheduleExpression: 'at(2025-03-01T10:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: { Arn: FUNCTION, RoleArn: ROLE, Input: '{"reminder":1}' },
  ...more,
});
const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
  running.client.send(new CreateScheduleCommand(schedule(more)));
const called = (times: number) => eventually(`${times} calls`, () => (calls.length >= times ? true : undefined));
const names = async () =>
  ((await running.client.send(new ListSchedulesCommand({ GroupName: 'reminders' }))).Schedules ?? []).map(
    ({ Name }) => Name,
  );

test('a schedule runs once, as its role, and is gone then', async () => {
  expect(await create()).toMatchObject({
    ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/reminders/wait-1',
  });
  expect(await running.client.send(new GetScheduleCommand({ Name: 'wait-1', GroupName: 'reminders' }))).toMatchObject({
    ScheduleExpression: 'at(2025-03-01T10:00:00)',
    Target: { Arn: FUNCTION },
  });
  clock.advance(3_599_000);
  expect(calls).toEqual([]);
  clock.advance(1_000);
  await called(1);
  expect(calls).toEqual([
    { arn: FUNCTION, payload: { reminder: 1 }, principal: { kind: 'role', roleArn: ROLE, sessionName: 'wait-1' } },
  ]);
  await eventually('the schedule to be gone', async () => ((await names()).length === 0 ? true : undefined));
});

test('one that is deleted does not run', async () => {
  await create();
  await running.client.send(new DeleteScheduleCommand({ Name: 'wait-1', GroupName: 'reminders' }));
  clock.advance(7_200_000);
  expect(await names()).toEqual([]);
  expect(calls).toEqual([]);
});

test('one outlives the runtime, and runs late when that was down', async () => {
  await create();
  await running.close();
  clock.advance(7_200_000);
  running = await run();
  await called(1);
});

test('a function that cannot be called is called again', async () => {
  failing = true;
  await create();
  clock.advance(3_600_000);
  await called(1);
  failing = false;
  await eventually('the second call', () => (calls.length > 1 ? true : undefined), {
    between: async () => {
      clock.advance(1_000);
      await setImmediate();
    },
  });
  await eventually('the schedule to be gone', async () => ((await names()).length === 0 ? true : undefined));
});

test.each([true, false])(
  'one that is deleted while its function is called stays deleted, failing: %s',
  async (fails) => {
    failing = fails;
    meanwhile = () => running.client.send(new DeleteScheduleCommand({ Name: 'wait-1', GroupName: 'reminders' }));
    await create({ ActionAfterCompletion: 'NONE' });
    clock.advance(3_600_000);
    await called(1);
    await setImmediate();
    expect(await names()).toEqual([]);
  },
);

test('one that is made anew while its function is called is another one', async () => {
  let made = false;
  failing = true;
  meanwhile = async () => {
    meanwhile = async () => {};
    clock.advance(1);
    await running.client.send(new DeleteScheduleCommand({ Name: 'wait-1', GroupName: 'reminders' }));
    await create({ ScheduleExpression: 'at(2025-03-01T12:00:00)' });
    made = true;
  };
  await create();
  clock.advance(3_600_000);
  await called(1);
  await eventually('the new one', async () => ((await names()).length === 1 && made ? true : undefined));
  await setImmediate();
  expect(await running.client.send(new GetScheduleCommand({ Name: 'wait-1', GroupName: 'reminders' }))).toMatchObject({
    ScheduleExpression: 'at(2025-03-01T12:00:00)',
  });
});

test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
  ['the same name', { Name: 'taken' }, 'ConflictException'],
  ['an unknown group', { GroupName: 'nowhere' }, 'ResourceNotFoundException'],
  ['a recurring schedule', { ScheduleExpression: 'rate(5 minutes)' }, 'ValidationException'],
  ['another time zone', { ScheduleExpressionTimezone: 'Europe/Berlin' }, 'ValidationException'],
  ['a role that trusts others', { Target: { Arn: FUNCTION, RoleArn: `${ROLE}-other` } }, 'ValidationException'],
  ['an input that is no JSON', { Target: { Arn: FUNCTION, RoleArn: ROLE, Input: '{broken' } }, 'ValidationException'],
  ['a queue', { Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RoleArn: ROLE } }, 'ValidationException'],
])('%s is refused', async (_, more, name) => {
  await create({ Name: 'taken' });
  await expect(create(more)).rejects.toMatchObject({ name });
});

test('what is not there is not found', async () => {
  const key = { Name: 'nothing', GroupName: 'reminders' };
  const notFound = { name: 'ResourceNotFoundException' };
  await expect(running.client.send(new GetScheduleCommand(key))).rejects.toMatchObject(notFound);
  await expect(running.client.send(new DeleteScheduleCommand(key))).rejects.toMatchObject(notFound);
});
