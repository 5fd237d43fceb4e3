import type { Callback } from '../shared/callback.ts';
import { UndecidedError } from './errors.ts';
import type { Answer, Wait } from './records.ts';
import type { WaitingTasks } from './waiting-tasks.ts';
import type { WaitsTable } from './waits-table.ts';

export interface AnswerServices {
  table: WaitsTable;
  tasks: WaitingTasks;
  now: () => Date;
}

/**
 * Gives one callback to one wait: claim, send, and where the task no longer waits find out why. Safe to repeat at any
 * point: the claim is the callback's own, and a send that had arrived shows in the execution's history.
 *
 * @throws what the services throw, `DeadLetterError` for a damaged token, `UndecidedError` when the history is behind
 */
export async function answerWait(wait: Wait, callback: Callback, services: AnswerServices): Promise<Answer> {
  const answer = (result: Answer['result'], because?: string): Answer => ({
    executionName: wait.executionName,
    result,
    ...(because && { because }),
  });
  if (!admits(wait, callback)) {
    await services.table.noteNotAdmitted(wait, callback);
    return answer('NOT_ADMITTED', `received ${callback.receivedAt}, the execution started ${wait.startedAt}`);
  }
  const closed = closedFor(wait, callback);
  if (closed) return answer(closed.result, closed.because);
  const claim = await services.table.claim(wait, callback, services.now());
  if (!claim.won) return lost(wait, claim.current, callback, services);
  if ((await services.tasks.send(wait, callback)) === 'sent') return answer('RELAYED');
  const ending = await services.tasks.ending(wait, callback);
  if (ending.kind === 'delivered') return answer('RELAYED', 'an earlier send had arrived');
  if (ending.kind === 'unknown')
    throw new UndecidedError(`execution ${wait.executionName} no longer waits, and its history does not show yet why`);
  await services.table.expire(wait, callback, ending.as);
  return answer('LATE', ending.as);
}

/** Rule 3: a decision received before the execution started (less the grace) does not count for it. */
export function admits(wait: Pick<Wait, 'admitsFrom'>, callback: Pick<Callback, 'receivedAt'>): boolean {
  return Date.parse(callback.receivedAt) >= Date.parse(wait.admitsFrom);
}

/** What a wait that has ended says to this callback; undefined while it waits, or is the callback's own. */
function closedFor(wait: Wait, callback: Callback): Pick<Answer, 'result' | 'because'> | undefined {
  if (wait.status === 'EXPIRED') return { result: 'LATE', because: wait.endedAs ?? 'expired' };
  if (wait.status === 'ANSWERED' && wait.callbackId !== callback.callbackId)
    return { result: 'DUPLICATE', because: `${wait.outcome} by ${wait.callbackId} at ${wait.answeredAt}` };
  return undefined;
}

/** The claim was lost: to another callback, to the end of the wait, or to a retry of the task, which waits with a new token. */
async function lost(
  wait: Wait,
  current: Wait | undefined,
  callback: Callback,
  services: AnswerServices,
): Promise<Answer> {
  if (!current) return { executionName: wait.executionName, result: 'LATE', because: 'the wait is no longer recorded' };
  if (!closedFor(current, callback) && current.taskToken === wait.taskToken)
    throw new UndecidedError(`the wait of ${wait.executionName} changed while it was claimed`);
  return answerWait(current, callback, services);
}
