import { lambdaFunction } from '../integrations/lambda-function.ts';
import { resolveResource, type TaskResource } from '../integrations/registry.ts';
import type { Json } from '../json.ts';
import type { Frame, TaskWait } from './frame.ts';
import { errorDetails, inputDetails, outputDetails } from './history.ts';
import type { Run } from './run.ts';

/** Region that every local resource is in. */
const REGION = 'us-east-1';

export interface Schedule {
  timeoutSeconds?: number | undefined;
  heartbeatSeconds?: number | undefined;
  /** The role of the state's Credentials. */
  credentials?: string | undefined;
}

/** The events of one Task state, in the shape of its kind: functions by ARN have event types of their own. */
export function recordScheduled(run: Run, frame: Frame, wait: TaskWait, schedule: Schedule): void {
  const task = resourceOf(wait);
  const { timeoutSeconds, heartbeatSeconds, credentials } = schedule;
  const limits = {
    ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
    ...(credentials !== undefined && { taskCredentials: { roleArn: credentials } }),
  };
  if (isFunction(task)) {
    const details = { resource: wait.resource, ...inputDetails(wait.arguments), ...limits };
    run.event(frame, 'LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: details });
    run.event(frame, 'LambdaFunctionStarted');
    return;
  }
  const details = { ...named(task), region: REGION, parameters: JSON.stringify(wait.arguments), ...limits };
  run.event(frame, 'TaskScheduled', { taskScheduledEventDetails: details });
  run.event(frame, 'TaskStarted', { taskStartedEventDetails: named(task) });
}

export function recordSubmitted(run: Run, frame: Frame, wait: TaskWait, output: Json): void {
  const details = { ...named(resourceOf(wait)), ...outputDetails(output) };
  run.event(frame, 'TaskSubmitted', { taskSubmittedEventDetails: details });
}

export function recordSucceeded(run: Run, frame: Frame, wait: TaskWait, output: Json): void {
  const task = resourceOf(wait);
  if (isFunction(task))
    run.event(frame, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputDetails(output) });
  else run.event(frame, 'TaskSucceeded', { taskSucceededEventDetails: { ...named(task), ...outputDetails(output) } });
}

export function recordFailed(run: Run, frame: Frame, wait: TaskWait, error?: string, cause?: string): void {
  const task = resourceOf(wait);
  const details = errorDetails(error, cause);
  if (isFunction(task)) run.event(frame, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  else run.event(frame, 'TaskFailed', { taskFailedEventDetails: { ...named(task), ...details } });
}

export function recordTimedOut(run: Run, frame: Frame, wait: TaskWait, error: string): void {
  const task = resourceOf(wait);
  if (isFunction(task)) run.event(frame, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error } });
  else run.event(frame, 'TaskTimedOut', { taskTimedOutEventDetails: { ...named(task), error } });
}

export function resourceOf({ resource }: { resource: string }): TaskResource {
  const task = resolveResource(resource);
  if (!task) throw new TypeError(`the stored definition names the unknown resource ${resource}`);
  return task;
}

function isFunction(task: TaskResource): boolean {
  return task.integration === lambdaFunction;
}

function named(task: TaskResource): { resourceType: string; resource: string } {
  return { resourceType: task.integration.resourceType, resource: task.resource };
}
