import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { StoryKey } from '../shared/story-key.ts';

const instant = (what: string) => z.iso.datetime({ message: `${what}: an ISO 8601 time` });

/** The domain event of a wait that begins, as far as a reminder needs it. */
export const ExecutionWaiting = z.object({
  'detail-type': z.literal('Execution Waiting', 'Execution Waiting'),
  detail: z.object({
    jiraStoryId: StoryKey,
    executionName: z.string('the name of an execution'),
    waitingSince: instant('waitingSince'),
    expiresAt: instant('expiresAt'),
    location: z.optional(z.string()),
  }),
});
export type WaitingDetail = z.infer<typeof ExecutionWaiting>['detail'];

/** What the schedule hands over when it is due: which wait to look at. */
export const DueReminder = z.object({
  reminder: z.object({
    jiraStoryId: StoryKey,
    executionName: z.string('the name of an execution'),
    /** Of this wait, not of one that a redrive or a retry has begun since. Schedules of an earlier version do not tell. */
    waitingSince: z.optional(instant('waitingSince')),
    location: z.optional(z.string()),
  }),
});
export type DueReminder = z.infer<typeof DueReminder>;

/** One reminder to schedule. The same wait gives the same name, so that a repeated event schedules nothing more. */
export interface PlannedReminder {
  name: string;
  at: Date;
  input: DueReminder;
}

/** A reminder with less time than this before the end helps nobody: schedules have a precision of a minute. */
const LEAST_TIME_LEFT_MS = 5 * 60 * 1000;

/**
 * When to remind of a wait.
 *
 * @param share of the timeout, 0 to 1
 * @returns undefined for a wait that is too short to be reminded of
 */
export function planReminder(waiting: WaitingDetail, share: number): PlannedReminder | undefined {
  const { jiraStoryId, executionName, waitingSince, expiresAt, location } = waiting;
  const since = Date.parse(waitingSince);
  const timeoutMs = Date.parse(expiresAt) - since;
  if (timeoutMs * (1 - share) < LEAST_TIME_LEFT_MS) return undefined;
  // A schedule's name has at most 64 characters, an execution's 80.
  const hash = createHash('sha256')
    .update(JSON.stringify([executionName, waitingSince]))
    .digest('hex')
    .slice(0, 32);
  return {
    name: `wait-${hash}`,
    at: new Date(since + timeoutMs * share),
    input: { reminder: { jiraStoryId, executionName, waitingSince, ...(location !== undefined && { location }) } },
  };
}
