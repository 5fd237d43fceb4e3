import type { TaskState } from '../definition/asl.ts';
import type { Scope } from '../language/expression.ts';
import { evaluateTemplate, evaluateTyped, evaluationError, isNumber, isString } from '../language/template.ts';
import type { Frame, TaskResult, TaskWait } from './frame.ts';
import { exceedsPayload } from './history.ts';
import type { Run } from './run.ts';
import { StateError, tooLarge } from './state-error.ts';
import {
  recordFailed,
  recordScheduled,
  recordSubmitted,
  recordSucceeded,
  recordTimedOut,
  resourceOf,
} from './task-events.ts';
import { newToken } from './task-token.ts';
import { leave } from './transition.ts';

/** Schedules one try of the task. Its effect starts once these events are stored. */
export async function enterTask(run: Run, frame: Frame, state: TaskState): Promise<void> {
  const { pattern } = resourceOf({ resource: state.Resource });
  const token = pattern === 'waitForTaskToken' ? newToken({ rowId: run.info.rowId, frameId: frame.id }) : undefined;
  const scope = run.scope(frame, { ...(token !== undefined && { token }) });
  const input =
    state.Arguments === undefined ? frame.input : await evaluateTemplate(state.Arguments, 'Arguments', scope);
  if (exceedsPayload(input)) throw tooLarge(`The Arguments of the state '${frame.state}' returned a result with`);
  const timeoutSeconds = await secondsField(state, 'TimeoutSeconds', scope);
  const heartbeatSeconds = await secondsField(state, 'HeartbeatSeconds', scope);
  const credentials = await credentialsOf(state, scope);
  const heartbeatMs = token !== undefined && heartbeatSeconds !== undefined ? heartbeatSeconds * 1000 : undefined;
  const wait: TaskWait = {
    for: 'task',
    attempt: run.state.nextAttempt++,
    phase: 'running',
    resource: state.Resource,
    roleArn: credentials ?? run.info.roleArn,
    arguments: input,
    ...(token !== undefined && { token }),
    ...(timeoutSeconds !== undefined && { timeoutAt: run.now + timeoutSeconds * 1000 }),
    ...(heartbeatMs !== undefined && { heartbeatMs, heartbeatAt: run.now + heartbeatMs }),
  };
  recordScheduled(run, frame, wait, { timeoutSeconds, heartbeatSeconds, credentials });
  frame.wait = wait;
  run.effects.push({ frameId: frame.id, attempt: wait.attempt });
}

/** The call has returned: that is the result, or, where the state waits for an answer or a job, only its submission. */
export async function taskReturned(run: Run, frame: Frame, wait: TaskWait, result: TaskResult): Promise<void> {
  const submission = resourceOf(wait).pattern !== 'requestResponse' && 'output' in result;
  if (!submission) return taskEnded(run, frame, wait, result);
  recordSubmitted(run, frame, wait, result.output);
  wait.phase = 'submitted';
  if (wait.ended) await taskEnded(run, frame, wait, wait.ended);
}

/** The job that the task waits for has ended, perhaps before the call that started it returned. */
export async function jobEnded(run: Run, frame: Frame, wait: TaskWait, result: TaskResult): Promise<void> {
  if (wait.phase === 'running') wait.ended = result;
  else await taskEnded(run, frame, wait, result);
}

/** The task has its result. */
export async function taskEnded(run: Run, frame: Frame, wait: TaskWait, result: TaskResult): Promise<void> {
  const state = run.stateOf(frame);
  if (state.Type !== 'Task') throw new TypeError(`state '${frame.state}' is no Task`);
  if (!('output' in result)) {
    recordFailed(run, frame, wait, result.error, result.cause);
    throw new StateError(result.error, result.cause);
  }
  if (exceedsPayload(result.output)) throw tooLarge(`The state/task '${wait.resource}' returned a result with`);
  recordSucceeded(run, frame, wait, result.output);
  const scope = run.scope(frame, { result: result.output });
  await leave(run, frame, state, { ...state, scope, output: result.output });
}

/** The task's time, or its time between heartbeats, is over. */
export async function taskTimedOut(run: Run, frame: Frame, wait: TaskWait, error: string): Promise<void> {
  recordTimedOut(run, frame, wait, error);
  throw new StateError(error, undefined);
}

async function secondsField(
  state: TaskState,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
  scope: Scope,
): Promise<number | undefined> {
  const template = state[field];
  if (template === undefined) return undefined;
  const seconds = await evaluateTyped(template, field, scope, 'number', isNumber);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw evaluationError(`The ${field} field must be a positive integer but was: ${seconds}`, field);
}

async function credentialsOf(state: TaskState, scope: Scope): Promise<string | undefined> {
  if (!state.Credentials) return undefined;
  return evaluateTyped(state.Credentials.RoleArn, 'Credentials/RoleArn', scope, 'string', isString);
}
