import { localArn } from '../../local/gateway/arn.ts';
import type { StateNode } from '../../local/step-functions/definition/machine.ts';
import { type Integration, integrationOf } from '../../local/step-functions/integrations/catalogue.ts';
import { isObject } from '../../local/step-functions/json.ts';
import type { Plan } from '../plan/plan.ts';
import { resourceOf } from './call-resource.ts';
import { iamActions } from './iam-actions.ts';

/** A permission that someone needs. */
export interface Need {
  action: string;
  /** Undefined: only known at run time. */
  resource: string | undefined;
  /** Condition keys of the request, lower case. */
  context?: Readonly<Record<string, string>>;
  /** AWS makes use of it when it is there, and goes on without it. */
  optional?: true;
}

/** The rule by which Step Functions hears of the end of an execution that it started with `.sync`. */
const SYNC_RULE = localArn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');

/**
 * What the role of a state machine needs for one Task.
 * @param state of the definition with its placeholders filled
 */
export function needsOfTask(state: StateNode, machineArn: string, plan: Pick<Plan, 'connectionSecrets'>): Need[] {
  const resource = state.node['Resource'];
  const integration = typeof resource === 'string' ? integrationOf(resource) : undefined;
  const given = state.node['Arguments'] ?? state.node['Parameters'];
  if (!integration || integration.kind === 'activity') return [];
  if (integration.kind === 'function') return [{ action: 'lambda:InvokeFunction', resource: integration.functionArn }];
  if (integration.service === 'http') return httpNeeds(given, machineArn, plan);
  const actions = iamActions(integration.service, integration.action);
  const calls = actions.map((action): Need => ({ action, resource: resourceOf(action, given) }));
  return [...calls, ...objectNeeds(calls, given), ...jobNeeds(integration)];
}

/** An HTTP task is allowed on the machine itself, and takes its credentials from a connection and the connection's secret. */
function httpNeeds(given: unknown, machineArn: string, { connectionSecrets }: Pick<Plan, 'connectionSecrets'>): Need[] {
  const request = isObject(given) ? given : {};
  const context: Record<string, string> = {};
  if (typeof request['Method'] === 'string') context['states:httpmethod'] = request['Method'];
  if (typeof request['ApiEndpoint'] === 'string') context['states:httpendpoint'] = request['ApiEndpoint'];
  const authentication = isObject(request['Authentication']) ? request['Authentication'] : {};
  const connection = typeof authentication['ConnectionArn'] === 'string' ? authentication['ConnectionArn'] : undefined;
  const secret = connection === undefined ? undefined : connectionSecrets.get(connection);
  return [
    { action: 'states:InvokeHTTPEndpoint', resource: machineArn, context },
    { action: 'events:RetrieveConnectionCredentials', resource: connection },
    { action: 'secretsmanager:GetSecretValue', resource: secret },
    { action: 'secretsmanager:DescribeSecret', resource: secret },
  ];
}

/** Reading a version is an action of its own; who may list a bucket is told that an object is missing. */
function objectNeeds(calls: readonly Need[], given: unknown): Need[] {
  const reading = calls.find(({ action }) => action === 's3:GetObject');
  if (!reading) return [];
  const bucket = reading.resource?.replace(/\/.*$/s, '');
  const version: Need = { action: 's3:GetObjectVersion', resource: reading.resource };
  return [
    ...(JSON.stringify(given ?? {}).includes('VersionId') ? [version] : []),
    { action: 's3:ListBucket', resource: bucket, optional: true },
  ];
}

function jobNeeds(integration: Exclude<Integration, { kind: 'function' | 'activity' }>): Need[] {
  if (!integration.pattern.startsWith('sync') || integration.service !== 'states') return [];
  const watch = ['states:DescribeExecution', 'states:StopExecution'].map((action) => ({ action, resource: undefined }));
  const rule = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];
  return [...watch, ...rule.map((action) => ({ action, resource: SYNC_RULE }))];
}
