import type { Callback } from '../shared/callback.ts';
import { UndecidedError } from './errors.ts';
import { nextStep } from './next-step.ts';
import type { Answer, Vote, Wait } from './records.ts';
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
  const { executionName } = wait;
  const step = nextStep(wait, callback);
  switch (step.do) {
    case 'nothing':
      await noteWhatDoesNotCount(wait, callback, step.answer, services);
      return { executionName, ...step.answer };
    case 'vote':
      if (await services.table.vote(wait, step.votes))
        return { executionName, result: 'COUNTED', because: step.because };
      return answerAgain(wait, callback, services);
    case 'decide':
      if (await services.table.claim(wait, callback, step.votes, services.now()))
        return { executionName, ...(await deliver(wait, callback, step.votes, services)) };
      return answerAgain(wait, callback, services);
  }
}

async function deliver(
  wait: Wait,
  callback: Callback,
  votes: readonly Vote[],
  { table, tasks }: AnswerServices,
): Promise<Pick<Answer, 'result' | 'because'>> {
  if ((await tasks.send(wait, callback, votes)) === 'sent') return { result: 'RELAYED' };
  const ending = await tasks.ending(wait, callback);
  if (ending.kind === 'delivered') return { result: 'RELAYED', because: 'an earlier send had arrived' };
  if (ending.kind === 'unknown')
    throw new UndecidedError(`execution ${wait.executionName} no longer waits, and its history does not show yet why`);
  await table.expire(wait, callback, ending.as);
  return { result: 'LATE', because: ending.as };
}

/** The wait has changed meanwhile: another callback, its end, or a retry of the task, which waits with a new token. */
async function answerAgain(wait: Wait, callback: Callback, services: AnswerServices): Promise<Answer> {
  const current = await services.table.wait(wait);
  if (!current) return { executionName: wait.executionName, result: 'LATE', because: 'the wait is no longer recorded' };
  const changed =
    current.taskToken !== wait.taskToken ||
    current.status !== wait.status ||
    current.votes?.length !== wait.votes?.length;
  if (!changed) throw new UndecidedError(`the wait of ${wait.executionName} changed while it was claimed`);
  return answerWait(current, callback, services);
}

/** Nobody should wonder why a story that is Done still waits. */
async function noteWhatDoesNotCount(
  wait: Wait,
  { callbackId, outcome, actor, receivedAt }: Callback,
  { result, because }: Pick<Answer, 'result' | 'because'>,
  { table }: AnswerServices,
): Promise<void> {
  if (wait.status !== 'WAITING' || (result !== 'NOT_ADMITTED' && result !== 'IGNORED')) return;
  await table.noteNotAdmitted(wait, { callbackId, outcome, actor, receivedAt, because });
}
