import { describe, expect, test } from '@jest/globals';
import { moveIssue } from '../../../services/callback-relay/move-issue.ts';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import { StoryKey } from '../../../services/shared/story-key.ts';
import { at, callback, Situation, STORY, waitRequest } from './situation.ts';

const GRACE = { graceSeconds: 0 };
const MOVED = StoryKey.parse('NEXT-7');
const AGAIN = StoryKey.parse('LAST-3');
const moved = (id: string, minute: number, more = {}) => callback(id, minute, { jiraStoryId: MOVED, ...more });

describe('a moved issue', () => {
  test('a wait under its old key gets the decision under the new one', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await moveIssue({ from: STORY, to: MOVED }, situation);
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([{ status: 'WAITING', movedTo: 'NEXT-7' }]);
    expect(await relayCallback(moved('c-1', 5), situation)).toMatchObject({ disposition: 'RELAYED' });
    expect(situation.answerOf('run-1')).toBe('c-1');
  });

  test('is linked both ways as of one time', async () => {
    const situation = new Situation();
    const times: Date[] = [];
    const link = async (_from: string, _to: string, at: Date) => void times.push(at);
    let minute = 10;
    const services = { ...situation, table: { ...situation.table, link }, now: () => at(minute++) };
    await moveIssue({ from: STORY, to: MOVED }, services);
    expect(times).toEqual([at(10), at(10)]);
  });

  test('a decision that came before the news of the move reaches the wait with it', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    expect(await relayCallback(moved('c-1', 5), situation)).toMatchObject({ disposition: 'PARKED' });
    await moveIssue({ from: STORY, to: MOVED }, situation);
    expect(situation.answerOf('run-1')).toBe('c-1');
    expect(await situation.table.callback(MOVED, 'c-1')).toMatchObject({ disposition: 'RELAYED', answered: ['run-1'] });
  });

  test.each([
    ['old', 'new', STORY, MOVED],
    ['new', 'old', MOVED, STORY],
  ])(
    'a decision parked under the %s key is for a workflow that names the %s one',
    async (_old, _new, decided, named) => {
      const situation = new Situation();
      await relayCallback(callback('c-1', 5, { jiraStoryId: decided }), situation);
      await moveIssue({ from: STORY, to: MOVED }, situation);
      const request = waitRequest('run-1', 0, 'token-run-1', { jiraStoryId: named });
      expect((await storeWait(request, situation, GRACE)).answeredBy?.callbackId).toBe('c-1');
    },
  );

  test('moved and decided in one event: the move comes first', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    expect(await relayCallback(moved('c-1', 5, { movedFrom: STORY }), situation)).toMatchObject({
      disposition: 'RELAYED',
    });
    expect(situation.answerOf('run-1')).toBe('c-1');
  });

  test('moved twice is still one issue, whatever came first', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0), situation, GRACE);
    await moveIssue({ from: MOVED, to: AGAIN }, situation);
    await moveIssue({ from: STORY, to: MOVED }, situation);
    await relayCallback(callback('c-1', 5, { jiraStoryId: AGAIN }), situation);
    expect(situation.answerOf('run-1')).toBe('c-1');
  });

  test('a move that crashed anywhere is finished by its repetition', async () => {
    const steps = ['link 1', 'link 2', 'waitsOn', 'callbacksFor', 'noteMoved', 'claim', 'send', 'saveCallback'];
    for (const [step, name] of steps.entries()) {
      const situation = new Situation();
      await storeWait(waitRequest('run-1', 0), situation, GRACE);
      await relayCallback(moved('c-1', 5), situation);
      let calls = 0;
      const crashing = <T extends object>(target: T): T =>
        new Proxy(target, {
          get: (object, key, receiver) => {
            calls += 1;
            if (calls > step + 1) throw new Error(`crash after ${name}`);
            return Reflect.get(object, key, receiver);
          },
        });
      const crash = { table: crashing(situation.table), tasks: crashing(situation.tasks), now: situation.now };
      await moveIssue({ from: STORY, to: MOVED }, crash).catch(() => {});
      await moveIssue({ from: STORY, to: MOVED }, situation);
      expect([name, situation.answerOf('run-1')]).toEqual([name, 'c-1']);
      expect(await situation.table.callback(MOVED, 'c-1')).toMatchObject({ disposition: 'RELAYED' });
    }
  });

  test('other stories are not touched', async () => {
    const situation = new Situation();
    await storeWait(waitRequest('run-1', 0, 'token-run-1', { jiraStoryId: AGAIN }), situation, GRACE);
    await moveIssue({ from: STORY, to: MOVED }, situation);
    expect(await relayCallback(moved('c-1', 5), situation)).toMatchObject({ disposition: 'PARKED' });
    expect(situation.answerOf('run-1')).toBeUndefined();
  });
});
