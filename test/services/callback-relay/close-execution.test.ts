import { describe, expect, test } from '@jest/globals';
import { closeExecution } from '../../../services/callback-relay/close-execution.ts';
import { UndecidedError } from '../../../services/callback-relay/errors.ts';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import { at, callback, Situation, STORY, wait, waitRequest } from './situation.ts';

const GRACE = { graceSeconds: 0 };
const aborted = { executionName: 'run-1', endedAs: 'ExecutionAborted', endedAt: at(10), run: 0 };

test('a stopped execution no longer waits, and a callback that comes then is late', async () => {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0), situation, GRACE);
  situation.tasks.end('token-run-1', 'ExecutionAborted');
  expect(await closeExecution(aborted, situation)).toMatchObject({
    executionName: 'run-1',
    endedAs: 'ExecutionAborted',
  });
  expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([
    { status: 'EXPIRED', endedAs: 'ExecutionAborted' },
  ]);
  expect(await closeExecution(aborted, situation)).toBeUndefined();
  expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({
    disposition: 'LATE',
    answers: [{ because: 'ExecutionAborted' }],
  });
  expect(situation.tasks.sends).toBe(0);
});

test.each([
  ['long before its timeout', at(69), 'ExecutionFailed'],
  // The wait is counted from the clock of store-task-token, which runs up to 25 s after the state was entered.
  ['with its timeout, that began 25 s before the wait was stored', new Date(at(70).getTime() - 25_000), 'TaskTimedOut'],
  ['after its timeout', at(71), 'TaskTimedOut'],
])('a failed execution %s, told a day later', async (_, endedAt, endedAs) => {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0), situation, GRACE); // minute 10, for an hour
  situation.time = at(24 * 60);
  expect(await closeExecution({ ...aborted, endedAs: 'ExecutionFailed', endedAt }, situation)).toMatchObject({
    endedAs,
  });
});

test.each([
  [4_000, 'ExecutionFailed'],
  [9_000, 'TaskTimedOut'],
])('an execution with ten seconds for its decision that failed after %d ms', async (after, endedAs) => {
  const situation = new Situation();
  await storeWait({ ...waitRequest('run-1', 0), timeoutSeconds: 10 }, situation, GRACE);
  const endedAt = new Date(at(10).getTime() + after);
  expect(await closeExecution({ ...aborted, endedAs: 'ExecutionFailed', endedAt }, situation)).toMatchObject({
    endedAs,
  });
});

test('an execution that never waited leaves nothing to close', async () => {
  expect(await closeExecution(aborted, new Situation())).toBeUndefined();
});

describe('a wait that is stored in the moment in which its execution ends', () => {
  test('is not stored after the end', async () => {
    const situation = new Situation();
    await closeExecution(aborted, situation);
    expect(await storeWait(waitRequest('run-1', 0), situation, GRACE)).toMatchObject({ ended: true });
    expect((await situation.table.waitsOn(STORY)).waits).toEqual([]);
  });

  test('is waited for when it was announced, but not for ever', async () => {
    const situation = new Situation();
    await situation.table.announceWait(wait('run-1', 9)); // minute 10
    await expect(closeExecution(aborted, situation)).rejects.toBeInstanceOf(UndecidedError);
    situation.time = at(11);
    expect(await closeExecution(aborted, situation)).toBeUndefined();
  });

  test('by a retry is waited for, too', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await situation.table.announceWait(wait('run-1', 9, { attempt: 1 }));
    await expect(closeExecution(aborted, situation)).rejects.toBeInstanceOf(UndecidedError);
  });
});

test('a redriven execution waits again', async () => {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0), situation, GRACE);
  await closeExecution(aborted, situation);
  await storeWait(waitRequest('run-1', 0, 'second-token', { redriveCount: 1 }), situation, GRACE);
  expect(await closeExecution(aborted, situation)).toBeUndefined(); // the first end, delivered again
  expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([
    { status: 'WAITING', taskToken: 'second-token' },
  ]);
});

test('an early decision whose record was lost in a crash gets it when the execution ends', async () => {
  const situation = new Situation();
  await relayCallback(callback('c-1', 5), situation);
  const saveCallback = async () => {
    throw new Error('crash');
  };
  const crashing = { ...situation, table: { ...situation.table, saveCallback } };
  await expect(storeWait(waitRequest('run-1', 0), crashing, GRACE)).rejects.toThrow('crash');
  expect(situation.answerOf('run-1')).toBe('c-1');
  expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'PARKED' });
  await closeExecution({ ...aborted, endedAs: 'ExecutionSucceeded' }, situation);
  expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
});
