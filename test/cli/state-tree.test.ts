import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { type StateRun, stateTree } from '../../cli/executions/state-tree.ts';

type Event = Partial<HistoryEvent> & Pick<HistoryEvent, 'type'>;

/** Events of a history, one second apart; each follows the one before unless it says otherwise. */
function history(...events: readonly Event[]): HistoryEvent[] {
  return events.map((event, index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, index)),
    ...event,
  }));
}

const enters = (type: HistoryEvent['type'], name: string, more: Partial<HistoryEvent> = {}): Event => ({
  type,
  stateEnteredEventDetails: { name },
  ...more,
});
const leaves = (type: HistoryEvent['type'], name: string, more: Partial<HistoryEvent> = {}): Event => ({
  type,
  stateExitedEventDetails: { name },
  ...more,
});

/** A tree as text: what it is, how long it took. */
function outline(states: readonly StateRun[], depth = 0): string[] {
  return states.flatMap(({ name, status, enteredAt, exitedAt, states: inner }) => [
    `${'  '.repeat(depth)}${name} ${status} ${exitedAt ? (exitedAt.getTime() - enteredAt.getTime()) / 1000 : '…'}`,
    ...outline(inner, depth + 1),
  ]);
}

test('branches are below their Parallel, however their events are mixed', () => {
  const events = history(
    { type: 'ExecutionStarted' },
    enters('ParallelStateEntered', 'Both'),
    { type: 'ParallelStateStarted' },
    enters('PassStateEntered', 'Left', { previousEventId: 3 }),
    enters('PassStateEntered', 'Right', { previousEventId: 3 }),
    leaves('PassStateExited', 'Left', { previousEventId: 4 }),
    leaves('PassStateExited', 'Right', { previousEventId: 5 }),
    enters('PassStateEntered', 'LeftToo', { previousEventId: 6 }),
    leaves('PassStateExited', 'LeftToo'),
    { type: 'ParallelStateSucceeded' },
    leaves('ParallelStateExited', 'Both'),
    enters('SucceedStateEntered', 'Done'),
    leaves('SucceedStateExited', 'Done'),
    { type: 'ExecutionSucceeded' },
  );
  expect(outline(stateTree(events))).toEqual([
    'Both succeeded 9',
    '  Left succeeded 2',
    '  Right succeeded 2',
    '  LeftToo succeeded 1',
    'Done succeeded 1',
  ]);
});

test('iterations are below their Map', () => {
  const events = history(
    { type: 'ExecutionStarted' },
    enters('MapStateEntered', 'Each'),
    { type: 'MapStateStarted' },
    { type: 'MapIterationStarted', previousEventId: 3, mapIterationStartedEventDetails: { name: 'Each', index: 0 } },
    { type: 'MapIterationStarted', previousEventId: 3, mapIterationStartedEventDetails: { name: 'Each', index: 1 } },
    enters('TaskStateEntered', 'Copy', { previousEventId: 4 }),
    enters('TaskStateEntered', 'Copy', { previousEventId: 5 }),
    leaves('TaskStateExited', 'Copy', { previousEventId: 6 }),
    { type: 'MapIterationSucceeded' },
    {
      type: 'TaskFailed',
      previousEventId: 7,
      taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'Denied' },
    },
    { type: 'MapIterationFailed' },
    { type: 'MapStateFailed' },
    leaves('MapStateExited', 'Each'),
    enters('FailStateEntered', 'Stop'),
    { type: 'ExecutionFailed' },
  );
  expect(outline(stateTree(events))).toEqual([
    'Each failed 11',
    '  #0 succeeded 5',
    '    Copy succeeded 2',
    '  #1 failed 6',
    '    Copy failed 8',
    'Stop failed 1',
  ]);
});

test('a task tells its tries and its last failure, and a waiting one that it waits', () => {
  const details = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
  const events = history(
    { type: 'ExecutionStarted' },
    enters('TaskStateEntered', 'Wait'),
    { type: 'TaskScheduled', taskScheduledEventDetails: { ...details, region: 'us-east-1', parameters: '{}' } },
    { type: 'TaskStarted' },
    { type: 'TaskFailed', taskFailedEventDetails: { ...details, error: 'WaitNotStored', cause: 'throttled' } },
    { type: 'TaskScheduled', taskScheduledEventDetails: { ...details, region: 'us-east-1', parameters: '{}' } },
    { type: 'TaskStarted' },
    { type: 'TaskSubmitted', taskSubmittedEventDetails: details },
  );
  expect(stateTree(events)).toMatchObject([
    { name: 'Wait', type: 'Task', status: 'waiting', attempts: 2, error: 'WaitNotStored', cause: 'throttled' },
  ]);
  expect(stateTree(events)[0]?.exitedAt).toBeUndefined();
});

test('a failure that was caught stays with its state', () => {
  const events = history(
    { type: 'ExecutionStarted' },
    enters('TaskStateEntered', 'Call'),
    {
      type: 'TaskFailed',
      taskFailedEventDetails: { resourceType: 'http', resource: 'invoke', error: 'States.Http.StatusCode.401' },
    },
    leaves('TaskStateExited', 'Call'),
    enters('PassStateEntered', 'Handle'),
    leaves('PassStateExited', 'Handle'),
    { type: 'ExecutionSucceeded' },
  );
  expect(stateTree(events)).toMatchObject([
    { name: 'Call', status: 'failed', error: 'States.Http.StatusCode.401' },
    { name: 'Handle', status: 'succeeded' },
  ]);
});

test('what was open when the execution was stopped has ended with it', () => {
  const events = history({ type: 'ExecutionStarted' }, enters('WaitStateEntered', 'Sleep'), {
    type: 'ExecutionAborted',
  });
  expect(outline(stateTree(events))).toEqual(['Sleep failed 1']);
});
