import type { Callback } from '../shared/callback.ts';
import { type AnswerServices, answerWait } from './answer-wait.ts';
import { DeadLetterError } from './errors.ts';
import type { Answer, CallbackRecord, Disposition, Wait } from './records.ts';

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
  const isNew = await services.table.recordCallback(callback, services.now());
  if (!isNew) {
    const known = await services.table.callback(callback.jiraStoryId, callback.callbackId);
    if (known && known.disposition !== 'ACCEPTED') return finishedBefore(known, callback);
  }
  const waits = await services.table.waitsOn(callback.jiraStoryId);
  const answers = await answerAll(waits, callback, services);
  const disposition = dispositionOf(answers);
  await services.table.finish(callback, { disposition, answers, at: services.now() });
  return { repeated: false, disposition, answers };
}

/** What the answers at the single waits add up to. Nobody waits, or nobody whom it concerns: parked for who may come. */
export function dispositionOf(answers: readonly Answer[]): Disposition {
  const met = new Set(answers.map((answer) => answer.result));
  if (met.has('RELAYED')) return 'RELAYED';
  if (met.has('DUPLICATE')) return 'DUPLICATE';
  return met.has('LATE') ? 'LATE' : 'PARKED';
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
