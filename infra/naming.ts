import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

/** Physical names: `storygate-<stage>`, `storygate-<stage>-<part>`; another `name` in the configuration replaces `storygate`. */
export function resourceName({ name, stage }: Config, part?: string): string {
  return part === undefined ? `${name}-${stage}` : `${name}-${stage}-${part}`;
}

/** Tags of a stack and all that is in it, the same everywhere, so that costs can be told apart by application, gate and stage. */
export function stackTags({ name, stage, tags }: Config): Record<string, string> {
  return { ...tags, application: 'storygate', gate: name, stage };
}

/** What happens to data and logs when the stack goes. */
export function removalPolicy({ retainData }: Config): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

/**
 * ARN of a state machine by its name, for policies that the state machine itself depends on: a reference would be a cycle.
 * Step Functions authorizes calls on a version or an alias, and answers to task tokens, on this unqualified ARN.
 */
export function stateMachineArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN pattern of all executions of a state machine. */
export function executionArns(scope: Construct, stateMachineName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
