import { integrationOf, patternsOf, sdkClientOf } from '../../local/step-functions/integrations/catalogue.ts';
import { isObject, type JsonObject, type Machine, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';

/**
 * Tasks whose integration does not exist, or not with the pattern they ask for.
 * @param type Express machines only know request-response
 * @param resolve fills placeholders
 */
export function checkResources(
  machine: Machine,
  type: 'STANDARD' | 'EXPRESS',
  resolve: (text: string) => string,
): Problem[] {
  return machine.states.filter((state) => state.type === 'Task').flatMap((state) => checkTask(state, type, resolve));
}

function checkTask(state: StateNode, type: 'STANDARD' | 'EXPRESS', resolve: (text: string) => string): Problem[] {
  const { node, path } = state;
  const resource = typeof node['Resource'] === 'string' ? resolve(node['Resource']) : undefined;
  if (resource === undefined) return [];
  const at = [...path, 'Resource'];
  const schema = (message: string, fix: string): Problem[] => [
    { rule: 'schema-validation-failed', message, path: at, fix },
  ];
  if (!resource.startsWith('arn:')) return schema('Value is not a valid resource ARN', 'name an integration');
  const integration = integrationOf(resource);
  if (!integration) return schema(`The resource provided ${resource} is not recognized`, remedy(resource));
  const pattern = 'pattern' in integration ? integration.pattern : 'requestResponse';
  if (type === 'EXPRESS' && pattern !== 'requestResponse')
    return schema(
      `Express state machine does not support '.${pattern}' service integration`,
      'make the state machine STANDARD',
    );
  return [...missingToken(state, pattern), ...credentials(state)];
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
  if (!client) return `no SDK client is installed for the service ${service}`;
  return `${client} has no such action; write it in camelCase`;
}

/** A callback task that hands its token to nobody waits for ever. */
function missingToken({ node, path }: StateNode, pattern: string): Problem[] {
  if (pattern !== 'waitForTaskToken') return [];
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
  const own: unknown = node['Credentials'];
  if (!isObject(own) || hasRole(own)) return [];
  return [
    {
      rule: 'schema-validation-failed',
      message: "The field 'RoleArn' is required but was missing",
      path: [...path, 'Credentials'],
      fix: 'name the role to assume',
    },
  ];
}

function hasRole(own: JsonObject): boolean {
  return own['RoleArn'] !== undefined || own['RoleArn.$'] !== undefined;
}
