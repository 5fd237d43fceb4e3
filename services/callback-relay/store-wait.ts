import * as z from 'zod/mini';
import type { Callback } from '../shared/callback.ts';
import { StoryKey } from '../shared/story-key.ts';
import type { AnswerServices } from './answer-wait.ts';
import { ExecutionArn, TaskToken, type Wait } from './records.ts';
import { recordedCallbacks, settleWait } from './settle-wait.ts';
import { attemptOf, hasEnded } from './waits-table.ts';

const counter = z.number('how often the state was entered before').check(z.nonnegative());
const EXPECTED_START = 'the ISO 8601 time when the execution started';

/** What the state `WaitForCallback` hands over. */
export const WaitRequest = z.object({
  taskToken: TaskToken,
  jiraStoryId: StoryKey,
  executionArn: ExecutionArn,
  executionName: z.string('the name of the execution').check(z.minLength(1, 'the name of the execution')),
  startedAt: z.string(EXPECTED_START).check(z.refine((text) => !Number.isNaN(Date.parse(text)), EXPECTED_START)),
  timeoutSeconds: z.number('the timeout of the wait in seconds').check(z.positive('more than 0 seconds')),
  /** How often the state machine has tried before; a workflow of the first version does not tell. */
  retryCount: z.optional(counter),
  /** How often the execution was redriven. */
  redriveCount: z._default(counter, 0),
  /** What the workflow file asks for; the state machine has checked it. */
  approval: z._default(
    z.object({
      quorum: z._default(z.number('how many must approve').check(z.positive('how many must approve')), 1),
      approvers: z._default(z.array(z.string('a Jira account id')), []),
    }),
    () => ({ quorum: 1, approvers: [] }),
  ),
  /** Where the workflow file is, for people. */
  location: z.optional(z.string()),
});
export type WaitRequest = z.infer<typeof WaitRequest>;

export interface StoredWait {
  wait: Wait;
  /** The early decision that answered the wait at once, if there was one. */
  answeredBy?: Callback | undefined;
  /** The execution was stopped before it could wait; nothing is stored. */
  ended?: boolean;
}

/**
 * Records that an execution waits, then answers it with the decisions that are there already (rules 1 and 2).
 *
 * The wait is announced before it is stored, and whoever sees the execution end notes that before looking for its wait:
 * so no wait is left of an execution that was stopped in this very moment.
 */
export async function storeWait(
  request: WaitRequest,
  services: AnswerServices,
  options: { graceSeconds: number },
): Promise<StoredWait> {
  const wait = newWait(request, services.now(), options.graceSeconds);
  if (hasEnded(await services.table.announceWait(wait), wait.attempt)) return { wait, ended: true };
  await services.table.putWait(wait);
  const callbacks = await recordedCallbacks(wait.jiraStoryId, services);
  return { wait, answeredBy: await settleWait(wait, callbacks, services) };
}

function newWait(request: WaitRequest, now: Date, graceSeconds: number): Wait {
  const { taskToken, jiraStoryId, executionArn, executionName, timeoutSeconds, redriveCount, retryCount } = request;
  const { quorum, approvers } = request.approval;
  const startedAt = new Date(request.startedAt);
  return {
    ...{ jiraStoryId, executionName, executionArn, taskToken },
    ...(retryCount !== undefined && { attempt: attemptOf(redriveCount, retryCount) }),
    startedAt: startedAt.toISOString(),
    admitsFrom: new Date(startedAt.getTime() - graceSeconds * 1000).toISOString(),
    waitingSince: now.toISOString(),
    expiresAt: new Date(now.getTime() + timeoutSeconds * 1000).toISOString(),
    status: 'WAITING',
    ...(quorum > 1 && { quorum }),
    ...(approvers.length > 0 && { approvers }),
  };
}
