import { expect, test } from '@jest/globals';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeTaskToken } from '../../../services/callback-relay/store-task-token.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';
import { callback, Situation, waitRequest } from './situation.ts';

function setUp(situation = new Situation()) {
  const events: DomainEvent[] = [];
  const log = recordingLog();
  const { table, tasks, now } = situation;
  const services = {
    ...{ table, tasks, now, log, graceSeconds: 0 },
    counters: { count: () => {}, flush: () => {} },
    publish: async (some: readonly DomainEvent[]) => void events.push(...some),
  };
  return { situation, services, events, log };
}

test('a stored wait is told to the bus, without its token', async () => {
  const { services, events, log } = setUp();
  expect(await storeTaskToken({ ...waitRequest('run-1', 0), location: 's3://b/k' }, services)).toEqual({
    waiting: true,
  });
  expect(events).toEqual([
    {
      type: 'Execution Waiting',
      detail: {
        jiraStoryId: 'PROJ-1',
        executionName: 'run-1',
        executionArn: 'arn:aws:states:us-east-1:000000000000:execution:gate:run-1',
        startedAt: '2025-03-01T09:00:00.000Z',
        waitingSince: '2025-03-01T09:10:00.000Z',
        expiresAt: '2025-03-01T10:10:00.000Z',
        location: 's3://b/k',
      },
    },
  ]);
  expect(JSON.stringify(log.entries)).not.toContain('token-run-1');
});

test('an early decision is told as relayed', async () => {
  const { situation, services, events } = setUp();
  await relayCallback(callback('c-1', 5), situation);
  expect(await storeTaskToken(waitRequest('run-1', 0), services)).toEqual({ waiting: false });
  expect(events).toMatchObject([
    { type: 'Execution Waiting' },
    { type: 'Callback Relayed', detail: { callbackId: 'c-1', answers: [{ executionName: 'run-1' }] } },
  ]);
});

test('a request that the state machine would not send is named', async () => {
  const { services } = setUp();
  await expect(storeTaskToken({ ...waitRequest('run-1', 0), timeoutSeconds: 0 }, services)).rejects.toThrow(
    'request of WaitForCallback: timeoutSeconds is 0, expected more than 0 seconds',
  );
  await expect(storeTaskToken({ ...waitRequest('run-1', 0), startedAt: 'noon' }, services)).rejects.toThrow(
    'startedAt is "noon", expected the ISO 8601 time when the execution started',
  );
});

test('a failure behind it has the name on which the state machine tries again', async () => {
  const { situation, services } = setUp();
  situation.table.callbacksFor = async () => {
    throw new Error('the table is away');
  };
  await expect(storeTaskToken(waitRequest('run-1', 0), services)).rejects.toMatchObject({
    name: 'WaitNotStored',
    message: 'the wait of run-1 on PROJ-1 could not be stored',
  });
});
