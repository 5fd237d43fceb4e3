import { isObject, type Json } from '../json.ts';
import { type Integration, TaskError } from './integration.ts';
import { asText, callOptimized } from './optimized-sdk.ts';

const ERRORS = {
  prefix: 'EventBridge',
  client: 'AmazonCloudWatchEvents',
  generic: 'AmazonEventBridgeException',
  modelled: ['InternalException', 'InvalidArgumentException', 'ResourceNotFoundException'],
};

/** `arn:aws:states:::events:putEvents`; the task fails when an entry was not taken. */
export const eventBridge: Integration = {
  resourceType: 'events',
  async run(call, context) {
    const service = { service: 'eventbridge', prefix: 'EventBridge' };
    const entries = isObject(call.arguments) ? call.arguments['Entries'] : undefined;
    const executions = [call.executionArn, call.machineArn];
    const input = { Entries: Array.isArray(entries) ? entries.map((entry) => prepared(entry, executions)) : [] };
    const result = await callOptimized(call, context, { service, errors: ERRORS, input });
    if (isObject(result) && typeof result['FailedEntryCount'] === 'number' && result['FailedEntryCount'] > 0)
      throw new TaskError('EventBridge.FailedEntry', JSON.stringify(result));
    return result;
  },
};

/** Detail is sent as text; the execution and its machine are added to the event's resources, as the service does. */
function prepared(entry: Json, executions: readonly string[]): Json {
  if (!isObject(entry)) return entry;
  const resources = Array.isArray(entry['Resources']) ? entry['Resources'] : [];
  return { ...entry, Detail: asText(entry['Detail']) ?? '{}', Resources: [...resources, ...executions] };
}
