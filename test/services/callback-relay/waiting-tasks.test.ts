import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { endingIn } from '../../../services/callback-relay/waiting-tasks.ts';
import { at, callback, wait } from './situation.ts';

const WAIT = wait('run-1', 0); // waits since minute 1
const RESOURCE = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
const JSON_OF = (callbackId: string) => JSON.stringify({ callbackId, outcome: 'success' });

function event(minute: number, type: HistoryEvent['type'], details: Partial<HistoryEvent> = {}): HistoryEvent {
  return { timestamp: at(minute), type, id: minute, ...details };
}

const succeeded = (minute: number, output: string) =>
  event(minute, 'TaskSucceeded', { taskSucceededEventDetails: { ...RESOURCE, output } });
const failed = (minute: number, cause: string) =>
  event(minute, 'TaskFailed', { taskFailedEventDetails: { ...RESOURCE, cause } });

test.each<[string, HistoryEvent[], object]>([
  ['our success', [succeeded(5, JSON_OF('c-1'))], { kind: 'delivered' }],
  ['our rejection', [failed(5, JSON_OF('c-1'))], { kind: 'delivered' }],
  ['the success of another', [succeeded(5, JSON_OF('c-2'))], { kind: 'ended', as: 'TaskSucceeded' }],
  ['an answer by hand', [succeeded(5, 'yes')], { kind: 'ended', as: 'TaskSucceeded' }],
  ['an answer by hand with null', [succeeded(5, 'null')], { kind: 'ended', as: 'TaskSucceeded' }],
  [
    'the timeout',
    [event(9, 'TaskTimedOut', { taskTimedOutEventDetails: { ...RESOURCE, error: 'States.Timeout' } })],
    { kind: 'ended', as: 'TaskTimedOut' },
  ],
  [
    'the timeout, and the failure that it led to',
    [
      event(11, 'ExecutionFailed'),
      event(9, 'TaskTimedOut', { taskTimedOutEventDetails: { ...RESOURCE, error: 'States.Timeout' } }),
    ],
    { kind: 'ended', as: 'TaskTimedOut' },
  ],
  ['a stop', [event(9, 'ExecutionAborted')], { kind: 'ended', as: 'ExecutionAborted' }],
  [
    'our success, then the end of the execution',
    [event(9, 'ExecutionSucceeded'), succeeded(5, JSON_OF('c-1'))],
    { kind: 'delivered' },
  ],
  ['nothing yet', [event(1, 'TaskSubmitted')], { kind: 'unknown' }],
  ['an earlier attempt', [failed(0, 'Lambda.Unknown')], { kind: 'unknown' }],
  [
    'another task',
    [
      event(5, 'TaskSucceeded', {
        taskSucceededEventDetails: { resourceType: 'lambda', resource: 'invoke', output: JSON_OF('c-1') },
      }),
    ],
    { kind: 'unknown' },
  ],
])('the history shows %s', (_, events, ending) => {
  expect(endingIn(events, WAIT, callback('c-1', 4))).toEqual(ending);
});
