import type { Callback } from '../shared/callback.ts';
import type { StoryKey } from '../shared/story-key.ts';
import { type AnswerServices, answerWait } from './answer-wait.ts';
import { bookAnswers } from './callback-books.ts';
import { readAcrossMoves } from './linked-stories.ts';
import { admits } from './next-step.ts';
import type { CallbackRecord, Wait } from './records.ts';

/** Every recorded callback for a story and the other keys of its issue, in the order of their arrival. */
export async function recordedCallbacks(
  story: StoryKey,
  { table }: Pick<AnswerServices, 'table'>,
): Promise<CallbackRecord[]> {
  const pages = await readAcrossMoves(story, (key) => table.callbacksFor(key));
  return pages.flatMap(({ callbacks }) => callbacks).sort(byArrival);
}

/**
 * Answers a wait with the decisions that are there already (rules 1 and 2), first received first. Any callback that was
 * received since the execution started counts, whatever it did elsewhere: a decision that went to one execution on the
 * story is for those too that had started but did not wait yet.
 *
 * @param callbacks in the order of their arrival
 * @returns the callback that decided the wait, if one did
 */
export async function settleWait(
  wait: Wait,
  callbacks: readonly CallbackRecord[],
  services: AnswerServices,
): Promise<Callback | undefined> {
  const admitted = callbacks.filter((callback) => admits(wait, callback));
  const newestTooEarly = callbacks.findLast((callback) => !admits(wait, callback));
  if (admitted.length === 0 && newestTooEarly) await answerWait(wait, newestTooEarly, services); // notes it on the wait
  let current: Wait | undefined = wait;
  for (const callback of admitted) {
    if (current?.status !== 'WAITING') return undefined;
    const answer = await answerWait(current, callback, services);
    if (answer.result !== 'DUPLICATE' && answer.result !== 'LATE') await bookAnswers(callback, [answer], services);
    if (answer.result === 'RELAYED') return callback;
    current = await services.table.wait(wait);
  }
  return undefined;
}

/**
 * Completes the decision of a wait that is claimed: sends it if whoever claimed it crashed before that, and brings it into
 * the record of every callback that has a part in it. Does nothing when all that is done.
 */
export async function completeDecision(wait: Wait, services: AnswerServices): Promise<void> {
  const { callbackId, callbackStory = wait.jiraStoryId, votes = [] } = wait;
  const parts = votes.map((vote) => ({ story: vote.jiraStoryId, id: vote.callbackId }));
  if (callbackId && !parts.some(({ id }) => id === callbackId)) parts.push({ story: callbackStory, id: callbackId });
  for (const { story, id } of parts) {
    const callback = await services.table.callback(story, id);
    const booked = callback?.answers.some(
      ({ executionName, result }) =>
        executionName === wait.executionName && result === (id === callbackId ? 'RELAYED' : 'COUNTED'),
    );
    if (callback && !booked) await bookAnswers(callback, [await answerWait(wait, callback, services)], services);
  }
}

/** First received first; the id decides between two of the same millisecond, so that every reader agrees. */
function byArrival(a: Callback, b: Callback): number {
  return Date.parse(a.receivedAt) - Date.parse(b.receivedAt) || (a.callbackId < b.callbackId ? -1 : 1);
}
