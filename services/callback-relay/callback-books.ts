import type { AnswerServices } from './answer-wait.ts';
import type { Answer, CallbackRecord, Disposition } from './records.ts';
import type { CallbackState } from './waits-table.ts';

/** In this order the best of what a callback met is its disposition. Nothing, or nobody whom it concerned: parked. */
const BEST_FIRST = ['RELAYED', 'COUNTED', 'DUPLICATE', 'LATE', 'IGNORED'] as const;

/** What the answers at the single waits add up to. */
export function dispositionOf(answers: readonly Answer[]): Exclude<Disposition, 'ACCEPTED'> {
  const met = new Set(answers.map((answer) => answer.result));
  return BEST_FIRST.find((result) => met.has(result)) ?? 'PARKED';
}

/**
 * Brings what a callback met into its record, beside what others have brought there meanwhile. Only the relay finishes a
 * callback: whoever else meets one that is `ACCEPTED` leaves it so, since the relay has still to go to its other waits.
 *
 * @returns the record as it is now; undefined when it is no longer kept
 */
export async function bookAnswers(
  seen: CallbackRecord,
  answers: readonly Answer[],
  services: Pick<AnswerServices, 'table' | 'now'>,
  options: { finish: boolean } = { finish: false },
): Promise<CallbackRecord | undefined> {
  const merged = mergeAnswers(seen.answers, answers);
  const open = seen.disposition === 'ACCEPTED' && !options.finish;
  const disposition = open ? 'ACCEPTED' : dispositionOf(merged);
  if (disposition === seen.disposition && sameAnswers(merged, seen.answers)) return seen;
  const finishedAt = open ? undefined : (seen.finishedAt ?? services.now().toISOString());
  const next: CallbackState = { disposition, answers: merged, finishedAt };
  if (await services.table.saveCallback(seen, next)) return { ...seen, disposition, answers: merged };
  const current = await services.table.callback(seen.jiraStoryId, seen.callbackId);
  return current && bookAnswers(current, answers, services, options);
}

/** One entry for an execution: that it was answered, or counted, stays; of anything else the newest counts. */
function mergeAnswers(before: readonly Answer[], now: readonly Answer[]): Answer[] {
  const merged = new Map(before.map((answer) => [answer.executionName, answer]));
  for (const answer of now) {
    const known = merged.get(answer.executionName);
    if (!known || rank(answer) >= rank(known)) merged.set(answer.executionName, answer);
  }
  return [...merged.values()];
}

function rank({ result }: Answer): number {
  return result === 'RELAYED' ? 2 : result === 'COUNTED' ? 1 : 0;
}

function sameAnswers(a: readonly Answer[], b: readonly Answer[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
