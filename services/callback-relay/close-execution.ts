import type { AnswerServices } from './answer-wait.ts';
import { UndecidedError } from './errors.ts';
import type { ExecutionNote, Wait } from './records.ts';
import { completeDecision } from './settle-wait.ts';
import { hasEnded } from './waits-table.ts';

/** The end of an execution. */
export interface ExecutionEnd {
  executionName: string;
  /** As Step Functions calls it: `ExecutionSucceeded`, `ExecutionAborted`, … */
  endedAs: string;
  /** When; the event about it may come much later. */
  endedAt: Date;
  /** 0, or how often the execution was redriven. */
  run: number;
}

/** A wait's `expiresAt` counts from `store-task-token`'s clock: after its cold start (10 s at most) and within its 15 s. */
const COUNTED_LATE_MS = 10_000 + 15_000;
/** `store-task-token` stores a wait within its 15 s after announcing it, or never. */
const STORED_WITHIN_MS = 60_000;
/** As long as a wait's record is kept after the wait. */
const NOTE_KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Settles what the end of an execution leaves: a wait that nobody answered is closed, so that the list of what waits is
 * true, and a callback whose answer arrived while `store-task-token` crashed gets it into its record.
 *
 * @returns the wait that was closed, if one was open
 * @throws UndecidedError when the wait is just being stored: the event must come again later
 */
export async function closeExecution(end: ExecutionEnd, services: AnswerServices): Promise<Wait | undefined> {
  const { table, now } = services;
  const { executionName, endedAs, run } = end;
  const keptUntil = new Date(now().getTime() + NOTE_KEPT_MS);
  const note = await table.noteEnd(executionName, { endedAs, run, keptUntil });
  if (!note.waitsOn) return undefined; // it never came to wait
  const wait = await table.wait({ jiraStoryId: note.waitsOn, executionName });
  if (isBeingStored(wait, note, now()))
    throw new UndecidedError(`the wait of ${executionName} is being stored while the execution ends`);
  if (!wait || !hasEnded({ endedRun: run }, wait.attempt)) return undefined; // redriven since, it waits again
  if (wait.status === 'WAITING') return closeOpen(wait, end, services);
  await completeDecision(wait, services);
  return undefined;
}

function isBeingStored(wait: Wait | undefined, { attempt = 0, notedAt = '' }: ExecutionNote, now: Date): boolean {
  return (
    (wait === undefined || (wait.attempt ?? 0) < attempt) && now.getTime() - Date.parse(notedAt) < STORED_WITHIN_MS
  );
}

async function closeOpen(wait: Wait, end: ExecutionEnd, services: AnswerServices): Promise<Wait | undefined> {
  const endedAs = hasTimedOut(wait, end) ? 'TaskTimedOut' : end.endedAs;
  if (await services.table.close(wait, endedAs)) return { ...wait, status: 'EXPIRED', endedAs };
  await closeExecution(end, services); // somebody claimed it meanwhile
  return undefined;
}

/** Whether the execution failed no sooner than its wait timed out, for Step Functions. */
function hasTimedOut({ waitingSince, expiresAt }: Wait, { endedAs, endedAt }: ExecutionEnd): boolean {
  const expires = Date.parse(expiresAt);
  // Of a wait shorter than that, half of it: not everything that fails has timed out.
  const countedLate = Math.min(COUNTED_LATE_MS, (expires - Date.parse(waitingSince)) / 2);
  return endedAs === 'ExecutionFailed' && endedAt.getTime() >= expires - countedLate;
}
