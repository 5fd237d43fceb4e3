import { expect, test } from '@jest/globals';
import { closeWait } from '../../../services/callback-relay/close-wait.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import type { DomainEvent } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';
import { at, Situation, wait, waitRequest } from './situation.ts';

function setUp() {
  const situation = new Situation();
  const events: DomainEvent[] = [];
  const counted: string[] = [];
  const services = {
    ...{ table: situation.table, tasks: situation.tasks, now: situation.now },
    log: recordingLog(),
    counters: { count: (metric: string) => void counted.push(metric), flush: () => {} },
    publish: async (some: readonly DomainEvent[]) => void events.push(...some),
  };
  return { situation, services, events, counted };
}

/** As EventBridge delivers it. */
const change = (status: string) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: 'arn:run-1',
    name: 'run-1',
    status,
    stopDate: at(71).getTime(),
    redriveCount: 0,
    input: '{}',
  },
});

test('a wait that is closed is told to the bus', async () => {
  const { situation, services, events, counted } = setUp();
  await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 });
  await closeWait(change('ABORTED'), services);
  expect(events).toMatchObject([
    {
      type: 'Wait Closed',
      detail: { jiraStoryId: 'PROJ-1', executionName: 'run-1', endedAs: 'ExecutionAborted' },
    },
  ]);
  expect(counted).toEqual(['WaitClosed']);
  expect(JSON.stringify([events, services.log.entries])).not.toContain('token-run-1');
});

test('whether it has timed out is a matter of its end, not of when that is told', async () => {
  const { situation, services, events } = setUp();
  await storeWait(waitRequest('run-1', 0), situation, { graceSeconds: 0 }); // minute 10, for an hour
  await closeWait(change('FAILED'), services);
  expect(events).toMatchObject([{ type: 'Wait Closed', detail: { endedAs: 'TaskTimedOut' } }]);
});

test('the end of an execution that never waited is nothing to tell', async () => {
  const { services, events } = setUp();
  await closeWait(change('FAILED'), services);
  expect(events).toEqual([]);
});

test('one that cannot be closed yet fails, so that the event comes again', async () => {
  const { situation, services } = setUp();
  await situation.table.announceWait(wait('run-1', 9));
  await expect(closeWait(change('ABORTED'), services)).rejects.toMatchObject({ name: 'UndecidedError' });
});

test('an execution that runs is refused: the rule does not send it', async () => {
  await expect(closeWait(change('RUNNING'), setUp().services)).rejects.toThrow(
    'detail.status is "RUNNING", expected the status of an execution that has ended',
  );
});
