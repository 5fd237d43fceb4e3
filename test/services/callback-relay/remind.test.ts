import { describe, expect, test } from '@jest/globals';
import { remind } from '../../../services/callback-relay/remind.ts';
import { type PlannedReminder, planReminder } from '../../../services/callback-relay/reminder.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';
import { at, callback, Situation, STORY, wait, waitRequest } from './situation.ts';

const waiting = (minutes: number) => ({
  jiraStoryId: STORY,
  executionName: 'run-1',
  waitingSince: at(0).toISOString(),
  expiresAt: at(minutes).toISOString(),
  location: 's3://b/k',
});

function setUp(situation = new Situation()) {
  const scheduled: PlannedReminder[] = [];
  const events: DomainEvent[] = [];
  const services = {
    table: situation.table,
    now: situation.now,
    share: 0.75,
    log: recordingLog(),
    schedule: async (reminder: PlannedReminder) => void scheduled.push(reminder),
    publish: async (some: readonly DomainEvent[]) => void events.push(...some),
  };
  return { situation, services, scheduled, events };
}

describe('a wait that begins', () => {
  test('is planned to be reminded of at three quarters of its time', async () => {
    const { services, scheduled } = setUp();
    await remind({ 'detail-type': 'Execution Waiting', detail: { ...waiting(24 * 60), schemaVersion: 1 } }, services);
    expect(scheduled).toEqual([
      {
        name: expect.stringMatching(/^wait-[0-9a-f]{32}$/),
        at: at(18 * 60),
        input: {
          reminder: {
            jiraStoryId: 'PROJ-1',
            executionName: 'run-1',
            waitingSince: at(0).toISOString(),
            location: 's3://b/k',
          },
        },
      },
    ]);
  });

  test('has the same name when its event comes again, and another after a retry', () => {
    const name = (since: number) =>
      planReminder({ ...waiting(600), waitingSince: at(since).toISOString() }, 0.75)?.name;
    expect(name(0)).toBe(name(0));
    expect(name(0)).not.toBe(name(1));
  });

  test.each([
    [20, 0.75, 15],
    [19, 0.75, undefined],
    [100, 0.95, 95],
    [99, 0.95, undefined],
  ])('for %i min at %d: after %p min, not within its last 5', (minutes, share, expected) => {
    expect(planReminder(waiting(minutes), share)?.at).toEqual(expected === undefined ? undefined : at(expected));
  });
});

describe('a reminder that is due', () => {
  const due = { reminder: { jiraStoryId: 'PROJ-1', executionName: 'run-1', location: 's3://b/k' } };

  test('tells what still waits, and how far its approvals are', async () => {
    const { situation, services, events } = setUp();
    const approval = { quorum: 2, approvers: ['ada', 'ben'] };
    await storeWait(waitRequest('run-1', 0, 'token', { approval }), situation, { graceSeconds: 0 });
    const { callbackId, jiraStoryId, outcome, actor, message, source, receivedAt, decidedAt } = callback('c-1', 5);
    const vote = { callbackId, jiraStoryId, outcome, actor, message, source, receivedAt, decidedAt };
    await situation.table.vote(wait('run-1', 0, { taskToken: waitRequest('x', 0, 'token').taskToken }), [vote]);
    await remind(due, services);
    expect(events).toMatchObject([
      {
        type: 'Wait Reminder',
        detail: {
          ...{ jiraStoryId: 'PROJ-1', executionName: 'run-1', location: 's3://b/k' },
          ...{ quorum: 2, approvals: 1, approvers: ['ada', 'ben'], expiresAt: at(70).toISOString() },
        },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('"token"');
  });

  test.each<[string, (situation: Situation) => Promise<unknown>]>([
    ['is answered', ({ table }) => table.claim(wait('run-1', 0), callback('c-1', 5), [], at(6))],
    ['has ended', ({ table }) => table.close(wait('run-1', 0), 'ExecutionAborted')],
    [
      'has expired',
      async (situation) => {
        situation.time = at(61);
      },
    ],
  ])('says nothing of what %s', async (_, change) => {
    const { situation, services, events } = setUp();
    await situation.table.putWait(wait('run-1', 0));
    await change(situation);
    await remind(due, services);
    expect(events).toEqual([]);
  });

  test.each([
    [-60, 'says nothing of a wait that was begun anew since', 0],
    [0, 'tells of the wait that it was planned for', 1],
    [1, 'tells of a wait whose event was written by a repetition of store-task-token', 1],
  ])('planned at minute %i of it, %s', async (minute, _, reminders) => {
    const { situation, services, events } = setUp();
    await situation.table.putWait(wait('run-1', 59)); // since minute 60
    const waitingSince = at(60 + minute).toISOString();
    await remind({ reminder: { ...due.reminder, waitingSince } }, services);
    expect(events).toHaveLength(reminders);
  });

  test('says nothing of what was never stored', async () => {
    const { services, events } = setUp();
    await remind(due, services);
    expect(events).toEqual([]);
  });
});

test('anything else is named', async () => {
  await expect(remind({ 'detail-type': 'Callback Late', detail: {} }, setUp().services)).rejects.toThrow(
    'event: detail-type is "Callback Late", expected Execution Waiting',
  );
});
