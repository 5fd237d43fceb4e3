import { type Catcher, isRecoverable, type Retrier, type State } from '../definition/asl.ts';
import { childFailed } from './children.ts';
import type { Frame } from './frame.ts';
import { errorDetails } from './history.ts';
import { retryDelay } from './retry.ts';
import type { Run } from './run.ts';
import { StateError } from './state-error.ts';
import { leave } from './transition.ts';

/** The frame's state failed: retries it, catches it, or fails what the frame is part of. */
export async function fail(run: Run, frame: Frame, error: StateError): Promise<void> {
  const cause = recordFailure(run, frame, error);
  const state = run.stateOf(frame);
  if (isRecoverable(state)) {
    if (scheduleRetry(run, frame, state.Retry ?? [], error.error)) return;
    const index = (state.Catch ?? []).findIndex(({ ErrorEquals }) => matches(ErrorEquals, error.error));
    const catcher = state.Catch?.[index];
    if (catcher) return handle(run, frame, { state, catcher, index, error: error.error, cause });
  }
  await failFrame(run, frame, error.error, cause);
}

/** No handler: the frame ends with the error, and so does what it is part of. */
async function failFrame(run: Run, frame: Frame, error: string | undefined, cause: string | undefined): Promise<void> {
  const parent = run.frame(frame.parent);
  if (!parent) return run.end({ status: 'FAILED', error, cause }, frame.last);
  const failure = new StateError(error, cause);
  await run.attempt(parent, () => childFailed(run, parent, frame, failure));
}

/** Records that the state failed and returns the cause as people read it. */
function recordFailure(run: Run, frame: Frame, error: StateError): string | undefined {
  const cause = error.causeIn(frame.state, frame.entered);
  if (error.evaluation) {
    if (frame.last === frame.entered && !error.afterEntry) frame.last = frame.before;
    const details = { ...errorDetails(error.error, cause), ...error.evaluation, state: frame.state };
    run.event(frame, 'EvaluationFailed', { evaluationFailedEventDetails: details });
  }
  const { Type } = run.stateOf(frame);
  if (Type === 'Map' || Type === 'Parallel') run.event(frame, `${Type}StateFailed`);
  return cause;
}

function scheduleRetry(run: Run, frame: Frame, retriers: Retrier[], error: string | undefined): boolean {
  const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
  const retrier = retriers[index];
  const done = frame.retries[index] ?? 0;
  if (!retrier || done >= (retrier.MaxAttempts ?? 3)) return false;
  for (const child of run.children(frame)) run.remove(child);
  frame.wait = { for: 'retry', at: run.now + retryDelay(retrier, done, run.random) };
  frame.retries = retriers.map((_, i) => (frame.retries[i] ?? 0) + (i === index ? 1 : 0));
  frame.retryCount++;
  return true;
}

interface Caught {
  state: State;
  catcher: Catcher;
  index: number;
  error: string | undefined;
  cause: string | undefined;
}

/** Goes to the catcher's state. An error in the catcher's own expressions is not offered to the state's catchers again. */
async function handle(run: Run, frame: Frame, { state, catcher, index, error, cause }: Caught): Promise<void> {
  for (const child of run.children(frame)) run.remove(child);
  const errorOutput = { Error: error ?? '', ...(cause !== undefined && { Cause: cause }) };
  const scope = run.scope(frame, { errorOutput });
  try {
    await leave(run, frame, state, { ...catcher, scope, output: errorOutput, prefix: `Catch[${index}]/` });
  } catch (failure) {
    if (!(failure instanceof StateError)) throw failure;
    await failFrame(run, frame, failure.error, recordFailure(run, frame, failure));
  }
}

/** Errors that `States.ALL` and `States.TaskFailed` do not cover; the first one always fails the execution, even when it is named. */
const FATAL = 'States.Runtime';
const NOT_COVERED = [FATAL, 'States.DataLimitExceeded'];

function matches(names: readonly string[], error: string | undefined): boolean {
  if (error === undefined) return names.includes('States.ALL') || names.includes('States.TaskFailed');
  if (names.includes(error)) return error !== FATAL;
  if (NOT_COVERED.includes(error)) return false;
  const timeout = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  if (timeout && names.includes('States.Timeout')) return true;
  return names.includes('States.ALL') || (!timeout && names.includes('States.TaskFailed'));
}
