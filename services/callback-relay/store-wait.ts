import * as z from 'zod/mini';
import type { Callback } from '../shared/callback.ts';
import { StoryKey } from '../shared/story-key.ts';
import { type AnswerServices, admits, answerWait } from './answer-wait.ts';
import { type CallbackRecord, ExecutionArn, TaskToken, type Wait } from './records.ts';

const EXPECTED_START = 'the ISO 8601 time when the execution started';

/** What the state `WaitForCallback` hands over. */
export const WaitRequest = z.object({
  taskToken: TaskToken,
  jiraStoryId: StoryKey,
  executionArn: ExecutionArn,
  executionName: z.string('the name of the execution').check(z.minLength(1, 'the name of the execution')),
  startedAt: z.string(EXPECTED_START).check(z.refine((text) => !Number.isNaN(Date.parse(text)), EXPECTED_START)),
  timeoutSeconds: z.number('the timeout of the wait in seconds').check(z.positive('more than 0 seconds')),
  /** Where the workflow file is, for people. */
  location: z.optional(z.string()),
});
export type WaitRequest = z.infer<typeof WaitRequest>;

export interface StoredWait {
  wait: Wait;
  /** The early decision that answered the wait at once, if there was one. */
  answeredBy?: Callback;
}

/**
 * Records that an execution waits, then answers it with the first decision that is there already (rules 1 and 2).
 * Any callback that was received since the execution started counts, whatever it did elsewhere: a decision that went
 * to one execution on the story is for those too that had started but did not wait yet.
 */
export async function storeWait(
  request: WaitRequest,
  services: AnswerServices,
  options: { graceSeconds: number },
): Promise<StoredWait> {
  const wait = newWait(request, services.now(), options.graceSeconds);
  await services.table.putWait(wait);
  const callbacks = (await services.table.callbacksFor(wait.jiraStoryId)).sort(byArrival);
  const first = callbacks.find((callback) => admits(wait, callback));
  if (first) return answerEarly(wait, first, services);
  const newestTooEarly = callbacks.at(-1);
  if (newestTooEarly) await services.table.noteNotAdmitted(wait, newestTooEarly);
  return { wait };
}

async function answerEarly(wait: Wait, callback: CallbackRecord, services: AnswerServices): Promise<StoredWait> {
  const answer = await answerWait(wait, callback, services);
  if (answer.result !== 'RELAYED') return { wait }; // another callback was faster, in the relay
  await services.table.finish(callback, { disposition: 'RELAYED', answers: [answer], at: services.now() });
  return { wait, answeredBy: callback };
}

function newWait(request: WaitRequest, now: Date, graceSeconds: number): Wait {
  const { taskToken, jiraStoryId, executionArn, executionName, timeoutSeconds } = request;
  const startedAt = new Date(request.startedAt);
  return {
    jiraStoryId,
    executionName,
    executionArn,
    taskToken,
    startedAt: startedAt.toISOString(),
    admitsFrom: new Date(startedAt.getTime() - graceSeconds * 1000).toISOString(),
    waitingSince: now.toISOString(),
    expiresAt: new Date(now.getTime() + timeoutSeconds * 1000).toISOString(),
    status: 'WAITING',
  };
}

/** First received first; the id decides between two of the same millisecond, so that every reader agrees. */
function byArrival(a: Callback, b: Callback): number {
  return Date.parse(a.receivedAt) - Date.parse(b.receivedAt) || (a.callbackId < b.callbackId ? -1 : 1);
}
