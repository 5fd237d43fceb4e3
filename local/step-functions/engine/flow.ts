import type { FailState, PassState, SucceedState } from '../definition/asl.ts';
import { evaluateTyped, isString } from '../language/template.ts';
import type { Frame } from './frame.ts';
import type { Run } from './run.ts';
import { StateError } from './state-error.ts';
import { leave } from './transition.ts';

export function enterPass(run: Run, frame: Frame, state: PassState): Promise<void> {
  return leave(run, frame, state, { ...state, scope: run.scope(frame), output: frame.input });
}

export function enterSucceed(run: Run, frame: Frame, state: SucceedState): Promise<void> {
  return leave(run, frame, state, { ...state, scope: run.scope(frame), output: frame.input });
}

export async function enterFail(run: Run, frame: Frame, state: FailState): Promise<void> {
  const scope = run.scope(frame);
  const error = state.Error !== undefined && (await evaluateTyped(state.Error, 'Error', scope, 'string', isString));
  const cause = state.Cause !== undefined && (await evaluateTyped(state.Cause, 'Cause', scope, 'string', isString));
  throw new StateError(error === false ? undefined : error, cause === false ? undefined : cause);
}
