import type { Callback } from '../shared/callback.ts';
import { type AnswerServices, answerWait } from './answer-wait.ts';
import { bookAnswers, dispositionOf } from './callback-books.ts';
import { DeadLetterError } from './errors.ts';
import { readAcrossMoves } from './linked-stories.ts';
import { moveIssue } from './move-issue.ts';
import type { Answer, CallbackRecord, Disposition, Wait } from './records.ts';
import { acceptedRecord } from './waits-table.ts';

/** How the relay dealt with one delivery of a callback. */
export type Relayed =
  | { repeated: false; disposition: Disposition; answers: readonly Answer[] }
  /** The callback had been finished before; `conflict` when that delivery said something else. */
  | { repeated: true; disposition: Disposition; conflict: boolean };

/**
 * Brings a decision to every execution that waits on its story (rules 1, 2, 4 to 6).
 *
 * The callback is recorded before the waits are read, and `store-task-token` does it the other way round, so one of
 * them always sees the other. Steady state with one waiting execution: 1 read (the waits), 3 writes (record, claim,
 * finish), 1 send.
 */
export async function relayCallback(callback: Callback, services: AnswerServices): Promise<Relayed> {
  const { jiraStoryId, movedFrom } = callback;
  if (movedFrom) await moveIssue({ from: movedFrom, to: jiraStoryId }, services);
  const record = await recorded(callback, services);
  const found = await readAcrossMoves(jiraStoryId, (story) => services.table.waitsOn(story));
  const all = found.flatMap((page) => page.waits);
  const finished = record.disposition !== 'ACCEPTED';
  const waits = finished ? all.filter((wait) => isUnbooked(wait, record)) : all;
  if (finished && waits.length === 0) return finishedBefore(record, callback);
  // The record, not the message: one decision that was received twice has one age, whichever delivery goes on with it.
  const answers = await answerAll(waits, record, services);
  const booked = await bookAnswers(record, answers, services, { finish: true });
  return { repeated: false, disposition: booked?.disposition ?? dispositionOf(answers), answers };
}

/**
 * Whether the callback has a part in the decision of a wait that its record does not show. Two deliveries of it may run at
 * the same time: one claims and crashes before it sends, the other has seen no wait and finishes the callback. The
 * delivery that comes again must not take that for the end.
 */
function isUnbooked({ executionName, callbackId, votes = [] }: Wait, record: CallbackRecord): boolean {
  const hasPart = callbackId === record.callbackId || votes.some((vote) => vote.callbackId === record.callbackId);
  const isBooked = record.answers.some(
    (answer) => answer.executionName === executionName && (answer.result === 'RELAYED' || answer.result === 'COUNTED'),
  );
  return hasPart && !isBooked;
}

async function recorded(callback: Callback, { table, now }: AnswerServices): Promise<CallbackRecord> {
  if (await table.recordCallback(callback, now())) return acceptedRecord(callback);
  return (await table.callback(callback.jiraStoryId, callback.callbackId)) ?? acceptedRecord(callback);
}

/** One wait that fails does not keep the decision from the others. */
async function answerAll(waits: readonly Wait[], callback: Callback, services: AnswerServices): Promise<Answer[]> {
  const results = await Promise.allSettled(waits.map((wait) => answerWait(wait, callback, services)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  // What a retry can change goes first; a damaged token is a dead letter only when nothing else is left to do.
  const failure = failures.find((reason) => !(reason instanceof DeadLetterError)) ?? failures[0];
  if (failure !== undefined) throw failure;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function finishedBefore(known: CallbackRecord, callback: Callback): Relayed {
  return { repeated: true, disposition: known.disposition, conflict: known.outcome !== callback.outcome };
}
