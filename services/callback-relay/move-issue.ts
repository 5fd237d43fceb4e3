import type { StoryKey } from '../shared/story-key.ts';
import type { AnswerServices } from './answer-wait.ts';
import { readAcrossMoves } from './linked-stories.ts';
import { completeDecision, recordedCallbacks, settleWait } from './settle-wait.ts';

/** An issue that has got another key. */
export interface IssueMove {
  from: StoryKey;
  to: StoryKey;
}

/**
 * Makes the two keys of a moved issue one: what waits under either of them gets the decisions under both, those that are
 * parked included, from now on too. Nothing is copied or deleted: each key is told of the other, so a crash anywhere
 * leaves nothing half done that a repetition would not finish.
 *
 * As with waits and callbacks: the links are written before anything is read, so of an execution that begins to wait, a
 * callback and a move, the last one to write sees the other two.
 */
export async function moveIssue({ from, to }: IssueMove, services: AnswerServices): Promise<void> {
  const { table, now } = services;
  const linkedAt = now();
  await table.link(from, to, linkedAt);
  await table.link(to, from, linkedAt);
  const found = await readAcrossMoves(to, (story) => table.waitsOn(story));
  const waits = found.flatMap((page) => page.waits).filter(({ status }) => status !== 'EXPIRED');
  if (waits.length === 0) return;
  const callbacks = await recordedCallbacks(to, services);
  for (const wait of waits) {
    if (wait.jiraStoryId !== to && wait.movedTo !== to) await table.noteMoved(wait, to);
    if (wait.status === 'WAITING') await settleWait(wait, callbacks, services);
    else await completeDecision(wait, services); // an earlier delivery of this move may have claimed it, and crashed
  }
}
