import { AwsError } from '../gateway/aws-error.ts';
import { parseFunctionReference } from '../lambda/function-arn.ts';
import type { Modules } from './modules.ts';

/** SQS's, in seconds, for a queue that says nothing of it. */
const DEFAULT_VISIBILITY = 30;

/**
 * The modules, with the check that AWS makes between a queue and the function that it feeds: a message must stay invisible
 * for as long as the function may take. Queues and functions that no template here makes are not judged.
 */
export function withQueueTimeouts(modules: Modules): Modules {
  const { queues, lambda } = modules;
  const visibility = new Map<string, number>();
  const timeouts = new Map<string, number>();
  return {
    ...modules,
    queues: {
      put: async (queue) => {
        const made = await queues.put(queue);
        visibility.set(made.arn, Number(queue.attributes['VisibilityTimeout'] ?? DEFAULT_VISIBILITY));
        return made;
      },
      setPolicy: (...policy) => queues.setPolicy(...policy),
    },
    lambda: {
      putFunction: (definition) => {
        timeouts.set(definition.name, definition.timeoutSeconds);
        return lambda.putFunction(definition);
      },
      putEventSourceMapping: (mapping) => {
        const { name } = parseFunctionReference(mapping.functionArn);
        check(visibility.get(mapping.eventSourceArn), timeouts.get(name));
        return lambda.putEventSourceMapping(mapping);
      },
      putVersion: (version) => lambda.putVersion(version),
      putAlias: (alias) => lambda.putAlias(alias),
      putPermission: (...permission) => lambda.putPermission(...permission),
      putEventInvokeConfig: (config) => lambda.putEventInvokeConfig(config),
    },
  };
}

/** Source: the answer of CreateEventSourceMapping. */
function check(visibility: number | undefined, timeout: number | undefined): void {
  if (visibility === undefined || timeout === undefined || visibility >= timeout) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
  );
}
