import { describe, expect, test } from '@jest/globals';
import { moveIssue } from '../../../services/callback-relay/move-issue.ts';
import { relayCallback } from '../../../services/callback-relay/relay-callback.ts';
import { storeWait } from '../../../services/callback-relay/store-wait.ts';
import { StoryKey } from '../../../services/shared/story-key.ts';
import { callback, Situation, STORY, type WaitRequestOptions, waitRequest } from './situation.ts';

const MOVED = StoryKey.parse('NEXT-7');

type Step = (situation: Situation) => Promise<unknown>;

/** Every order of some things. */
function orders<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing, at) => orders(things.toSpliced(at, 1)).map((rest) => [thing, ...rest]));
}

const relay =
  (id: string, minute: number, more: object = {}): Step =>
  (situation) =>
    relayCallback(callback(id, minute, more), situation);
const wait =
  (more: WaitRequestOptions = {}): Step =>
  (situation) =>
    storeWait(waitRequest('run-1', 0, 'token-run-1', more), situation, { graceSeconds: 0 });
const by = (id: string) => ({ actor: { id, displayName: id } });

/** Plays the steps in every order, one after the other and all at once, and gives what came out each time. */
async function outcomes(steps: readonly Step[], read: (situation: Situation) => Promise<unknown>): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const order of orders(steps)) {
    const oneByOne = new Situation();
    for (const step of order) await step(oneByOne);
    const atOnce = new Situation();
    await Promise.all(order.map((step) => step(atOnce)));
    results.push(await read(oneByOne), await read(atOnce));
  }
  return results;
}

const outcomeOf = (situation: Situation) => situation.tasks.delivered.get('token-run-1')?.outcome;
const dispositions = async ({ table }: Situation) =>
  (await Promise.all([STORY, MOVED].map((story) => table.callbacksFor(story))))
    .flatMap(({ callbacks }) => callbacks.map(({ disposition }) => disposition))
    .sort();

describe('the order in which the records of one story come does not matter', () => {
  test('for a decision that comes twice, and one of another person, around the beginning of the wait', async () => {
    const steps = [wait(), relay('c-1', 5), relay('c-1', 5), relay('c-2', 6)];
    for (const outcome of await outcomes(steps, async (situation) => ({
      outcome: outcomeOf(situation),
      sends: situation.tasks.delivered.size,
      waits: (await situation.table.waitsOn(STORY)).waits.map(({ status }) => status),
      relayed: (await dispositions(situation)).filter((one) => one === 'RELAYED'),
      open: (await dispositions(situation)).filter((one) => one === 'ACCEPTED'),
    })))
      expect(outcome).toEqual({ outcome: 'success', sends: 1, waits: ['ANSWERED'], relayed: ['RELAYED'], open: [] });
  });

  test('for a move of the issue and the decisions around it', async () => {
    const move: Step = (situation) => moveIssue({ from: STORY, to: MOVED }, situation);
    const steps = [wait(), move, relay('c-1', 5, { jiraStoryId: MOVED }), relay('c-0', -1)];
    for (const outcome of await outcomes(steps, async (situation) => ({
      answer: situation.answerOf('run-1'),
      dispositions: await dispositions(situation),
    })))
      expect(outcome).toEqual({ answer: 'c-1', dispositions: ['PARKED', 'RELAYED'] });
  });

  test('for the approvals of a quorum', async () => {
    const approval = { quorum: 2, approvers: ['ada', 'ben'] };
    const steps = [
      wait({ approval }),
      ...[relay('c-1', 5, by('ada')), relay('c-2', 6, by('ben')), relay('c-3', 7, by('eve'))],
    ];
    for (const outcome of await outcomes(steps, async (situation) => ({
      outcome: outcomeOf(situation),
      voters: situation.tasks.votes
        .get('token-run-1')
        ?.map(({ actor }) => actor.id)
        .sort(),
    })))
      expect(outcome).toEqual({ outcome: 'success', voters: ['ada', 'ben'] });
  });
});
