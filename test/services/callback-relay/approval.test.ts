import { describe, expect, test } from '@jest/globals';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import type { WaitsTable } from '../../../services/callback-relay/waits-table.ts';
import { callback, Situation, STORY, wait, waitRequest } from './situation.ts';

const GRACE = { graceSeconds: 0 };
const by = (id: string | undefined, more: object = {}) => ({
  actor: { displayName: id ?? 'Jira Automation', ...(id && { id }) },
  ...more,
});

/** A gate that asks for something, and waits. */
async function gate(approval: { quorum: number; approvers: string[] }): Promise<Situation> {
  const situation = new Situation();
  await storeWait(waitRequest('run-1', 0, 'token-run-1', { approval }), situation, GRACE);
  return situation;
}

describe('two approvals', () => {
  test('of two people open the gate, and both are told', async () => {
    const situation = await gate({ quorum: 2, approvers: [] });
    expect(await relayCallback(callback('c-1', 5, by('ada', { jira: { status: 'Done' } })), situation)).toMatchObject({
      disposition: 'COUNTED',
      answers: [{ executionName: 'run-1', result: 'COUNTED', because: '1 of 2 approvals' }],
    });
    expect(situation.answerOf('run-1')).toBeUndefined();
    expect(await relayCallback(callback('c-2', 6, by('ben')), situation)).toMatchObject({ disposition: 'RELAYED' });
    expect(situation.answerOf('run-1')).toBe('c-2');
    expect(situation.tasks.votes.get('token-run-1')).toMatchObject([
      { callbackId: 'c-1', actor: { id: 'ada' }, message: 'ship it', source: 'automation', status: 'Done' },
      { callbackId: 'c-2', actor: { id: 'ben' } },
    ]);
  });

  test('of one person are one', async () => {
    const situation = await gate({ quorum: 2, approvers: [] });
    await relayCallback(callback('c-1', 5, by('ada')), situation);
    expect(await relayCallback(callback('c-2', 6, by('ada')), situation)).toMatchObject({
      disposition: 'DUPLICATE',
      answers: [{ result: 'DUPLICATE', because: 'ada had approved by c-1' }],
    });
    expect(situation.answerOf('run-1')).toBeUndefined();
  });

  test('that meet are both counted', async () => {
    const situation = await gate({ quorum: 3, approvers: [] });
    const waitsOn: WaitsTable['waitsOn'] = async () => ({ waits: [wait('run-1', 0, { quorum: 3 })], links: [] });
    const seenAtOnce = { ...situation, table: { ...situation.table, waitsOn } };
    await relayCallback(callback('c-1', 5, by('ada')), seenAtOnce);
    await relayCallback(callback('c-2', 5, by('ben')), seenAtOnce);
    await relayCallback(callback('c-3', 5, by('eve')), seenAtOnce);
    expect(situation.answerOf('run-1')).toBe('c-3');
  });

  test('that came early are counted in the order of their arrival', async () => {
    const situation = new Situation();
    await relayCallback(callback('c-2', 6, by('ben')), situation);
    await relayCallback(callback('c-1', 5, by('ada')), situation);
    await relayCallback(callback('c-3', 7, by('eve')), situation);
    const approval = { quorum: 2, approvers: [] };
    const { answeredBy } = await storeWait(waitRequest('run-1', 0, 'token-run-1', { approval }), situation, GRACE);
    expect(answeredBy?.callbackId).toBe('c-2');
    expect((await situation.table.callbacksFor(STORY)).callbacks).toMatchObject([
      { callbackId: 'c-2', disposition: 'RELAYED' },
      { callbackId: 'c-1', disposition: 'COUNTED' },
      { callbackId: 'c-3', disposition: 'PARKED' },
    ]);
  });

  test('are not needed for a rejection', async () => {
    const situation = await gate({ quorum: 2, approvers: [] });
    await relayCallback(callback('c-1', 5, by('ada')), situation);
    const rejection = callback('c-2', 6, by('ben', { outcome: 'failure' }));
    expect(await relayCallback(rejection, situation)).toMatchObject({ disposition: 'RELAYED' });
    expect(situation.tasks.delivered.get('token-run-1')).toMatchObject({ callbackId: 'c-2', outcome: 'failure' });
  });

  test('cannot come from someone who has no id', async () => {
    const situation = await gate({ quorum: 2, approvers: [] });
    expect(await relayCallback(callback('c-1', 5, by(undefined)), situation)).toMatchObject({
      disposition: 'IGNORED',
      answers: [{ because: 'Jira Automation has no Jira account id, which this gate asks for' }],
    });
  });

  test('a crash between the vote and its record is made good by the next delivery', async () => {
    const situation = await gate({ quorum: 2, approvers: [] });
    const saveCallback = async () => {
      throw new Error('crash');
    };
    const crashing = { ...situation, table: { ...situation.table, saveCallback } };
    await expect(relayCallback(callback('c-1', 5, by('ada')), crashing)).rejects.toThrow('crash');
    expect(await relayCallback(callback('c-1', 5, by('ada')), situation)).toMatchObject({ disposition: 'COUNTED' });
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([{ votes: [{ callbackId: 'c-1' }] }]);
  });
});

describe('approvers', () => {
  test.each(['success', 'failure'])('a %s by anyone else is recorded and does not count', async (outcome) => {
    const situation = await gate({ quorum: 1, approvers: ['ada', 'ben'] });
    expect(await relayCallback(callback('c-1', 5, by('eve', { outcome })), situation)).toMatchObject({
      disposition: 'IGNORED',
      answers: [{ result: 'IGNORED', because: 'eve (eve) is not among the approvers' }],
    });
    expect(await situation.table.callback(STORY, 'c-1')).toMatchObject({ disposition: 'IGNORED' });
    expect((await situation.table.waitsOn(STORY)).waits).toMatchObject([
      { status: 'WAITING', notAdmitted: { callbackId: 'c-1', because: 'eve (eve) is not among the approvers' } },
    ]);
  });

  test('one of them is enough unless more are asked for', async () => {
    const situation = await gate({ quorum: 1, approvers: ['ada', 'ben'] });
    await relayCallback(callback('c-1', 5, by('ben')), situation);
    expect(situation.answerOf('run-1')).toBe('c-1');
  });
});
