import type { MapState, ParallelState, State } from '../definition/asl.ts';
import type { Json } from '../json.ts';
import { fail } from './failure.ts';
import type { ChildrenWait, Frame } from './frame.ts';
import { intolerable, startIterations } from './map.ts';
import { branchDone } from './parallel.ts';
import type { Run } from './run.ts';
import { StateError } from './state-error.ts';
import { leave } from './transition.ts';

/** A branch or iteration has run its last state. */
export async function childDone(run: Run, frame: Frame, child: Frame, output: Json): Promise<void> {
  const wait = childrenOf(frame);
  const state = run.stateOf(frame);
  wait.outputs[child.index] = output;
  wait.failed = wait.failed.filter((index) => index !== child.index); // it had failed before a redrive
  wait.running--;
  run.remove(child);
  if (state.Type === 'Parallel' && branchDone(run, frame, wait, child)) await complete(run, frame, state, wait);
  if (state.Type !== 'Map') return;
  const details = { mapIterationSucceededEventDetails: iteration(frame, child) };
  await iterationEnded(run, frame, child, state, run.aside(child, 'MapIterationSucceeded', details));
}

/** A branch or iteration has failed and nothing in it caught the error. */
export async function childFailed(run: Run, frame: Frame, child: Frame, error: StateError): Promise<void> {
  const wait = childrenOf(frame);
  const state = run.stateOf(frame);
  if (state.Type === 'Map' && wait.map?.tolerated) {
    wait.failed.push(child.index);
    if (!intolerable(wait)) return tolerate(run, frame, child, state, wait);
  }
  abortActiveStates(run, frame, child);
  if (state.Type === 'Map')
    run.aside(child, 'MapIterationFailed', { mapIterationFailedEventDetails: iteration(frame, child) });
  frame.last = child.last;
  await fail(run, frame, wait.map?.tolerated ? thresholdExceeded() : error);
}

async function tolerate(run: Run, frame: Frame, child: Frame, state: MapState, wait: ChildrenWait): Promise<void> {
  wait.running--;
  run.remove(child);
  const details = { mapIterationFailedEventDetails: iteration(frame, child) };
  await iterationEnded(run, frame, child, state, run.aside(child, 'MapIterationFailed', details));
}

/** Goes on with the next iteration, or ends the Map. `ended` is the event of the iteration that has just ended. */
async function iterationEnded(run: Run, frame: Frame, child: Frame, state: MapState, ended: number): Promise<void> {
  const wait = childrenOf(frame);
  if (wait.started < wait.total) return startIterations(run, frame, state, wait, child.last);
  if (wait.running > 0) return;
  frame.last = ended;
  await completeMap(run, frame, state, wait);
}

/** All iterations are done; also for a Map that had none. */
export async function completeMap(run: Run, frame: Frame, state: MapState, wait: ChildrenWait): Promise<void> {
  run.aside(frame, 'MapStateSucceeded');
  await complete(run, frame, state, wait);
}

async function complete(run: Run, frame: Frame, state: MapState | ParallelState, wait: ChildrenWait): Promise<void> {
  const failed = new Set(wait.failed);
  const indexes = Array.from({ length: wait.total }, (_, index) => index).filter((index) => !failed.has(index));
  const result = indexes.map((index) => wait.outputs[index] ?? null);
  await run.attempt(frame, () =>
    leave(run, frame, state, { ...state, scope: run.scope(frame, { result }), output: result }),
  );
}

/** Records the end of the states that a failing branch or iteration cuts off, its own Task included. */
function abortActiveStates(run: Run, frame: Frame, failed: Frame): void {
  const map = run.stateOf(frame).Type === 'Map';
  if (run.stateOf(failed).Type === 'Task') run.aside(failed, 'TaskStateAborted');
  for (const child of run.children(frame)) {
    if (child === failed || child.entered === 0) continue;
    if (map) run.aside(failed, 'MapIterationAborted', { mapIterationAbortedEventDetails: iteration(frame, child) });
    abortState(run, child, failed);
  }
}

function abortState(run: Run, frame: Frame, failed: Frame): void {
  const { Type } = run.stateOf(frame);
  for (const child of run.children(frame)) if (child.entered > 0) abortState(run, child, failed);
  if (isAbortable(Type)) run.aside(failed, `${Type}StateAborted`);
}

function isAbortable(type: State['Type']): boolean {
  return type === 'Task' || type === 'Wait' || type === 'Map' || type === 'Parallel';
}

function iteration(frame: Frame, child: Frame) {
  return { name: frame.state, index: child.index };
}

function thresholdExceeded(): StateError {
  return new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

function childrenOf(frame: Frame): ChildrenWait {
  if (frame.wait?.for !== 'children') throw new TypeError(`frame ${frame.id} runs no branches or iterations`);
  return frame.wait;
}
