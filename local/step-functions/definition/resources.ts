import type { JsonPath } from '../../json-source.ts';
import { type Integration, integrationOf, patternsOf, sdkClientOf } from '../integrations/catalogue.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { type Substitutions, substitute } from './placeholders.ts';
import { type Problem, schemaProblem, wrongType } from './problem.ts';

export type MachineKind = 'STANDARD' | 'EXPRESS';

/**
 * Tasks whose integration does not exist, or not with the pattern they ask for.
 * @param kind Express machines only know request-response
 */
export function checkResources({ states }: MachineNode, kind: MachineKind, substitutions: Substitutions): Problem[] {
  return states
    .filter(({ type }) => type === 'Task')
    .flatMap((state) => [...checkResource(state, kind, substitutions), ...credentials(state)]);
}

function checkResource(state: StateNode, kind: MachineKind, substitutions: Substitutions): Problem[] {
  const { Resource: own } = state.node;
  const path = [...state.path, 'Resource'];
  if (own === undefined) return [];
  if (typeof own !== 'string') return [wrongType('STRING', path)];
  const resource = substitute(own, substitutions);
  if (!resource.startsWith('arn:'))
    return [schemaProblem('Value is not a valid resource ARN', path, 'name an integration')];
  const known = integrationOf(resource);
  const integration = known ?? sdkCallWithoutClient(resource);
  if (!integration) return [unknown(resource, path)];
  return [...(known ? [] : [notInstalled(integration, path)]), ...checkUse(state, integration, kind)];
}

function checkUse(state: StateNode, integration: Integration, kind: MachineKind): Problem[] {
  const path = [...state.path, 'Resource'];
  const pattern = 'pattern' in integration ? integration.pattern : 'requestResponse';
  if (kind === 'EXPRESS' && (pattern !== 'requestResponse' || integration.kind === 'activity'))
    return [notInExpress(integration, path)];
  if (integration.kind === 'activity' && state.node['Credentials'] !== undefined)
    return [noCredentials([...state.path, 'Credentials'])];
  return pattern === 'waitForTaskToken' ? missingToken(state) : [];
}

/** A call that AWS may well know: its names are formed like those of the SDK, but no client here could tell. */
function sdkCallWithoutClient(resource: string): Integration | undefined {
  const [, service = '', action = '', suffix] = SDK_CALL.exec(resource) ?? [];
  if (service === '' || sdkClientOf(service) !== undefined) return undefined;
  return { kind: 'sdk', service, action, pattern: suffix ? 'waitForTaskToken' : 'requestResponse' };
}

const SDK_CALL = /^arn:[\w-]+:states:::aws-sdk:([a-z][a-z\d]*):([a-z]\w*)(\.waitForTaskToken)?$/;

function notInstalled(integration: Integration, path: JsonPath): Problem {
  const service = 'service' in integration ? integration.service : '';
  return {
    rule: 'sdk-client-not-installed',
    message: `No SDK client is installed for the service ${service}: the call can be neither checked nor run`,
    path,
    fix: 'correct the name, or install the client and name it in local/step-functions/integrations/catalogue.ts',
  };
}

function unknown(resource: string, path: JsonPath): Problem {
  const message = `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  return schemaProblem(message, path, remedy(resource));
}

function notInExpress(integration: Integration, path: JsonPath): Problem {
  const what = 'pattern' in integration ? `'.${integration.pattern}' service integration` : 'Activity ARN';
  return schemaProblem(`Express state machine does not support ${what}`, path, 'make the state machine STANDARD');
}

/** What the integration can do instead. */
function remedy(resource: string): string {
  const [name = '', action = ''] = resource.replace(/^arn:[\w-]+:states:::/, '').split(/:(.*)/s);
  if (name === 'aws-sdk') return sdkRemedy(action);
  const plain = action.replace(/\.(sync(:2)?|waitForTaskToken)$/, '');
  const patterns = patternsOf(name, plain);
  if (!patterns) return `there is no optimized integration ${name}:${plain}; try aws-sdk:${name}:${plain}`;
  return `${name}:${plain} supports ${patterns.join(', ')}`;
}

function sdkRemedy(action: string): string {
  const [service = ''] = action.split(':');
  if (/\.sync/.test(action)) return 'AWS SDK integrations have no .sync';
  const client = sdkClientOf(service);
  if (!client) return 'services are in lower case without hyphens, actions in camelCase';
  return `${client} has no such action; write it in camelCase`;
}

/** A callback task that hands its token to nobody waits for ever. */
function missingToken({ node, path }: StateNode): Problem[] {
  const text = JSON.stringify(node['Arguments'] ?? node['Parameters'] ?? {});
  if (/Task\.Token|states\.context\b(?!\.)|\$\$/.test(text)) return [];
  return [
    {
      rule: 'task-token-not-passed',
      message: 'Task Token is required for callback: no argument passes $states.context.Task.Token on',
      path: [...path, 'Resource'],
      fix: 'pass "{% $states.context.Task.Token %}" in Arguments',
    },
  ];
}

function credentials({ node, path }: StateNode): Problem[] {
  const { Credentials: own } = node;
  const at = [...path, 'Credentials'];
  if (own === undefined || (isObject(own) && hasRole(own))) return [];
  if (!isObject(own)) return [wrongType('OBJECT', at)];
  return [schemaProblem("The field 'RoleArn' is required but was missing", at, 'name the role to assume')];
}

function hasRole(own: JsonObject): boolean {
  return own['RoleArn'] !== undefined || own['RoleArn.$'] !== undefined;
}

function noCredentials(path: JsonPath): Problem {
  return schemaProblem("The field 'Credentials' is not supported for activities", path, 'remove it');
}
