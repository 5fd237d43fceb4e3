import { describe, expect, test } from '@jest/globals';
import { DeadLetterError, UndecidedError } from '../../../services/callback-relay/errors.ts';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import type { WaitsTable } from '../../../services/callback-relay/waits-table.ts';
import { callback, Situation, STORY, wait, waitRequest } from './situation.ts';

const GRACE = { graceSeconds: 0 };

describe('rule 1: every execution that waits on the story gets the decision', () => {
  test('two that wait', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await storeWait(waitRequest('run-2', 1), situation, GRACE);
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({ disposition: 'RELAYED' });
    expect([situation.answerOf('run-1'), situation.answerOf('run-2')]).toEqual(['c-1', 'c-1']);
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ answered: ['run-1', 'run-2'] });
  });

  test('and one that had started but did not wait yet', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await relayCallback(callback('c-1', 5), situation);
    const { answeredBy } = await storeWait(waitRequest('run-2', 4), situation, GRACE);
    expect(answeredBy?.callbackId).toBe('c-1');
    expect(situation.answerOf('run-2')).toBe('c-1');
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ answered: ['run-1', 'run-2'] });
  });
});

describe('rule 2: a decision may be faster than the workflow', () => {
  test('it is parked, and the wait is answered as soon as it is stored', async () => {
    const situation = new Situation();
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({ disposition: 'PARKED', answers: [] });
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    expect(situation.answerOf('run-1')).toBe('c-1');
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
  });

  test('of several the first received counts', async () => {
    const situation = new Situation();
    await relayCallback(callback('c-late', 7, { outcome: 'failure' }), situation);
    await relayCallback(callback('c-first', 5), situation);
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    expect(situation.answerOf('run-1')).toBe('c-first');
  });

  test('the wait is stored while the relay is between recording and finishing', async () => {
    const situation = new Situation();
    const { table } = situation;
    const waitsOn: WaitsTable['waitsOn'] = async (story) => {
      const seen = await table.waitsOn(story);
      await storeWait(waitRequest('run-1', 0), situation, GRACE);
      return seen; // nobody waited when the relay looked
    };
    await relayCallback(callback('c-1', 5), { ...situation, table: { ...table, waitsOn } });
    expect(situation.answerOf('run-1')).toBe('c-1');
    expect(await table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
  });

  test('the callback comes while the wait is between being stored and looking for callbacks', async () => {
    const situation = new Situation();
    const { table } = situation;
    const putWait: WaitsTable['putWait'] = async (stored) => {
      await table.putWait(stored);
      await relayCallback(callback('c-1', 5), situation);
    };
    await storeWait(waitRequest('run-1', 0), { ...situation, table: { ...table, putWait } }, GRACE);
    expect(situation.tasks.delivered.size).toBe(1);
    expect((await table.waitsOn(STORY)).waits).toMatchObject([{ status: 'ANSWERED', callbackId: 'c-1' }]);
    expect(await table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
  });
});

describe('rule 3: a decision made before the execution started does not count', () => {
  test('and is shown on the wait, when it was parked', async () => {
    const situation = new Situation();
    await relayCallback(callback('c-0', 1), situation);
    await relayCallback(callback('c-1', 3), situation);
    await storeWait(waitRequest('run-1', 4), situation, GRACE);
    expect(situation.answerOf('run-1')).toBeUndefined();
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([
      { status: 'WAITING', notAdmitted: { callbackId: 'c-1' } },
    ]);
  });

  test('and when the message arrives after the wait', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 4), situation, GRACE);
    expect(await relayCallback(callback('c-1', 3), situation)).toEqual({
      repeated: false,
      disposition: 'PARKED',
      answers: [
        {
          executionName: 'run-1',
          result: 'NOT_ADMITTED',
          because: 'received 2025-03-01T09:03:00.000Z, the execution started 2025-03-01T09:04:00.000Z',
        },
      ],
    });
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([{ notAdmitted: { callbackId: 'c-1' } }]);
  });

  test.each([
    ['60 s of grace admit it', 60, 'c-1'],
    ['59 s do not', 59, undefined],
  ])('%s', async (_, graceSeconds, answer) => {
    const early = new Situation();
    await relayCallback(callback('c-1', 3), early);
    await storeWait(waitRequest('run-1', 4), early, { graceSeconds });
    expect(early.answerOf('run-1')).toBe(answer);
    const delayed = new Situation();
    await storeWait(waitRequest('run-1', 4), delayed, { graceSeconds });
    await relayCallback(callback('c-1', 3), delayed);
    expect(delayed.answerOf('run-1')).toBe(answer);
  });

  test('one received in the very millisecond of the start counts', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 4), situation, GRACE);
    expect(await relayCallback(callback('c-1', 4), situation)).toMatchObject({ disposition: 'RELAYED' });
  });
});

describe('rule 4: one decision a wait', () => {
  test('the second callback is a duplicate and learns of the first', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await relayCallback(callback('c-1', 5), situation);
    const second = await relayCallback(callback('c-2', 6, { outcome: 'failure' }), situation);
    expect(second).toMatchObject({
      disposition: 'DUPLICATE',
      answers: [{ result: 'DUPLICATE', because: 'success by c-1 at 2025-03-01T09:10:00.000Z' }],
    });
    expect(situation.tasks.sends).toBe(1);
  });

  test('a delivery that is repeated changes nothing', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await relayCallback(callback('c-1', 5), situation);
    expect(await relayCallback(callback('c-1', 5), situation)).toEqual({
      repeated: true,
      disposition: 'RELAYED',
      conflict: false,
    });
    expect(await relayCallback(callback('c-1', 5, { outcome: 'failure' }), situation)).toMatchObject({
      conflict: true,
    });
    expect(situation.tasks.sends).toBe(1);
  });

  test('a crash between claim and send is made good by the next delivery', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    situation.tasks.beforeSend = () => {
      throw new Error('crash');
    };
    await expect(relayCallback(callback('c-1', 5), situation)).rejects.toThrow('crash');
    situation.tasks.beforeSend = () => {};
    expect(await relayCallback(callback('c-2', 6), situation)).toMatchObject({ disposition: 'DUPLICATE' });
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({ disposition: 'RELAYED' });
    expect(situation.answerOf('run-1')).toBe('c-1');
  });

  test('so is one of which another delivery has finished the callback meanwhile', async () => {
    const situation = new Situation();
    const { table } = situation;
    const seesNoWait = { ...situation, table: { ...table, waitsOn: async () => ({ waits: [], links: [] }) } };
    await table.putWait(wait('run-1', 0));
    await table.recordCallback(callback('c-1', 5), situation.time);
    await table.claim(wait('run-1', 0), callback('c-1', 5), [], situation.time); // by a delivery that crashes now
    expect(await relayCallback(callback('c-1', 5), seesNoWait)).toMatchObject({ disposition: 'PARKED' });
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({ disposition: 'RELAYED' });
    expect(situation.answerOf('run-1')).toBe('c-1');
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({ repeated: true });
  });

  test('a send whose acknowledgement was lost is found to have been delivered', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    situation.tasks.afterSend = () => {
      throw new Error('connection reset');
    };
    await expect(relayCallback(callback('c-1', 5), situation)).rejects.toThrow('connection reset');
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({
      disposition: 'RELAYED',
      answers: [{ result: 'RELAYED', because: 'an earlier send had arrived' }],
    });
  });

  test('a retried task waits with a new token, and is answered again', async () => {
    const situation = new Situation();
    await relayCallback(callback('c-1', 5), situation);
    situation.tasks.end('token-run-1', 'TaskFailed');
    await storeWait(waitRequest('run-1', 0), situation, GRACE); // the first attempt had ended before the answer came
    await storeWait(waitRequest('run-1', 0, 'second-token', { retryCount: 1 }), situation, GRACE);
    expect(situation.tasks.delivered.get('second-token')?.callbackId).toBe('c-1');
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
  });

  test('a token that changes during the claim is claimed anew', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    const old = wait('run-1', 0);
    await situation.table.putWait({ ...old, attempt: 1, taskToken: waitRequest('x', 0, 'second-token').taskToken });
    const waitsOn = async () => ({ waits: [old], links: [] });
    await relayCallback(callback('c-1', 5), { ...situation, table: { ...situation.table, waitsOn } });
    expect(situation.tasks.delivered.get('second-token')?.callbackId).toBe('c-1');
  });
});

describe('rule 5: late is recorded, never an error', () => {
  test.each(['TaskTimedOut', 'ExecutionAborted'])('the wait ended as %s', async (as) => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    situation.tasks.end('token-run-1', as);
    const late = { disposition: 'LATE', answers: [{ executionName: 'run-1', result: 'LATE', because: as }] };
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject(late);
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([{ status: 'EXPIRED', endedAs: as }]);
    expect(await relayCallback(callback('c-2', 6), situation)).toMatchObject(late);
    expect(situation.tasks.sends).toBe(1);
  });

  test('a wait that was answered otherwise is late, too', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await situation.tasks.send(wait('run-1', 0), callback('by-hand', 4));
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({
      disposition: 'LATE',
      answers: [{ because: 'TaskSucceeded' }],
    });
  });

  test('one that waits still gets the decision, whatever the others say', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await storeWait(waitRequest('run-2', 0), situation, GRACE);
    situation.tasks.end('token-run-1', 'TaskTimedOut');
    expect(await relayCallback(callback('c-1', 5), situation)).toMatchObject({
      disposition: 'RELAYED',
      answers: [{ result: 'LATE' }, { result: 'RELAYED' }],
    });
  });
});

test('rule 6: an unknown story is parked', async () => {
  const situation = new Situation();
  const unknown = callback('c-1', 5, { jiraStoryId: 'OTHER-1' });
  await storeWait(waitRequest('run-1', 0), situation, GRACE);
  expect(await relayCallback(unknown, situation)).toEqual({ repeated: false, disposition: 'PARKED', answers: [] });
});

describe('rule 7: only what can change is tried again', () => {
  test('an end that the history does not show yet is', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    situation.tasks.send = async () => 'gone';
    await expect(relayCallback(callback('c-1', 5), situation)).rejects.toBeInstanceOf(UndecidedError);
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'ACCEPTED' });
  });

  test('a damaged token keeps no other execution from its decision', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await storeWait(waitRequest('run-2', 0), situation, GRACE);
    const send = situation.tasks.send.bind(situation.tasks);
    situation.tasks.send = async (one, decision) => {
      if (one.executionName === 'run-1') throw new DeadLetterError('INVALID_TASK_TOKEN', 'damaged');
      return send(one, decision);
    };
    await expect(relayCallback(callback('c-1', 5), situation)).rejects.toMatchObject({ reason: 'INVALID_TASK_TOKEN' });
    expect(situation.answerOf('run-2')).toBe('c-1');
  });
});

test('one callback for one waiting execution takes 1 read, 3 writes and 1 send', async () => {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0), situation, GRACE);
  const calls: string[] = [];
  const counted = new Proxy(situation.table, {
    get: (table, name, receiver) => {
      calls.push(String(name));
      return Reflect.get(table, name, receiver);
    },
  });
  await relayCallback(callback('c-1', 5), { ...situation, table: counted });
  expect(calls).toEqual(['recordCallback', 'waitsOn', 'claim', 'saveCallback']);
  expect(situation.tasks.sends).toBe(1);
});
