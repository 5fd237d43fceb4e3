import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { type Publish, publisher } from '../shared/domain-events.ts';
import { parseEnvironment, percent, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { type Log, openLog } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import { documentClient, dynamoDbWaitsTable } from './dynamodb-waits-table.ts';
import { DueReminder, ExecutionWaiting, type PlannedReminder, planReminder } from './reminder.ts';
import type { WaitsTable } from './waits-table.ts';

const Environment = z.object({
  WAITS_TABLE_NAME: required('the name of the waits table'),
  EVENT_BUS_NAME: required('the name of the event bus'),
  SCHEDULE_GROUP_NAME: required('the name of the group of schedules'),
  SCHEDULE_ROLE_ARN: required('the ARN of the role that schedules call this function with'),
  REMINDER_PERCENT: percent('the share of the timeout after which to remind'),
});

export interface ReminderServices {
  table: Pick<WaitsTable, 'wait'>;
  /** Does nothing when it is scheduled already. */
  schedule: (reminder: PlannedReminder) => Promise<void>;
  publish: Publish;
  share: number;
  now: () => Date;
  log: Log;
}

/** Schedules a reminder when a wait begins, and when that is due reminds of what still waits. */
export async function remind(event: unknown, services: ReminderServices): Promise<void> {
  const due = z.safeParse(DueReminder, event);
  if (due.success) return remindOf(due.data, services);
  const { detail } = parseInput(ExecutionWaiting, event, 'event');
  const planned = planReminder(detail, services.share);
  if (!planned) return;
  await services.schedule(planned);
  const { jiraStoryId, executionName } = detail;
  services.log.info('reminder scheduled', { jiraStoryId, executionName, at: planned.at.toISOString() });
}

async function remindOf({ reminder }: DueReminder, { table, publish, now, log }: ReminderServices): Promise<void> {
  const { location, waitingSince: planned, ...key } = reminder;
  const wait = await table.wait(key);
  if (wait?.status !== 'WAITING' || Date.parse(wait.expiresAt) <= now().getTime()) return; // answered, or ended
  const { executionArn, startedAt, waitingSince, expiresAt, quorum, approvers, votes, notAdmitted, movedTo } = wait;
  if (planned !== undefined && waitingSince > planned) return; // it waits anew, and has a reminder of its own
  log.info('reminder sent', key);
  const facts = { executionArn, startedAt, waitingSince, expiresAt, quorum, approvers, notAdmitted, movedTo };
  await publish([{ type: 'Wait Reminder', detail: { ...key, ...facts, approvals: votes?.length ?? 0, location } }]);
}

function scheduler(client: SchedulerClient, environment: z.infer<typeof Environment>, functionArn: string) {
  return async ({ name, at, input }: PlannedReminder): Promise<void> => {
    const command = new CreateScheduleCommand({
      Name: name,
      GroupName: environment.SCHEDULE_GROUP_NAME,
      ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: functionArn, RoleArn: environment.SCHEDULE_ROLE_ARN, Input: JSON.stringify(input) },
    });
    await client.send(command).catch((error: unknown) => {
      if (!(error instanceof ConflictException)) throw error;
    });
  };
}

const services = lazy(() => {
  const environment = parseEnvironment(Environment);
  const log = openLog();
  const client = new SchedulerClient(CLIENT_SETTINGS);
  return (functionArn: string): ReminderServices => ({
    table: dynamoDbWaitsTable(documentClient(), environment.WAITS_TABLE_NAME, { callbackRetentionSeconds: 0 }),
    schedule: scheduler(client, environment, functionArn),
    publish: publisher(new EventBridgeClient(CLIENT_SETTINGS), environment.EVENT_BUS_NAME, log),
    share: environment.REMINDER_PERCENT / 100,
    now: () => new Date(),
    log,
  });
});

/** Runs when an execution begins to wait, and when the schedule that it made then is due. */
export const handler = (event: unknown, { invokedFunctionArn }: Context): Promise<void> =>
  remind(event, services()(invokedFunctionArn));
