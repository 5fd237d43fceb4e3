import { integrationOf } from '../integrations/catalogue.ts';
import { isObject } from '../json.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { type Substitutions, substitute } from './placeholders.ts';
import { type Problem, schemaProblem } from './problem.ts';

/** What a call cannot do without. Source: developer guide, the pages of the optimized integrations that run locally. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:deleteItem': ['TableName', 'Key'],
  'dynamodb:getItem': ['TableName', 'Key'],
  'dynamodb:putItem': ['TableName', 'Item'],
  'dynamodb:updateItem': ['TableName', 'Key'],
  'events:putEvents': ['Entries'],
  'http:invoke': ['ApiEndpoint', 'Method'],
  'lambda:invoke': ['FunctionName'],
  'sns:publish': ['Message'],
  'sqs:sendMessage': ['QueueUrl', 'MessageBody'],
  'states:startExecution': ['StateMachineArn'],
};

/**
 * Optimized integrations that are not told what they need. An expression in place of the object, and a state that hands
 * its input over, are known only when they run.
 */
export function checkTaskArguments({ states }: MachineNode, substitutions: Substitutions): Problem[] {
  return states.filter(({ type }) => type === 'Task').flatMap((state) => ofTask(state, substitutions));
}

function ofTask({ node, path, language }: StateNode, substitutions: Substitutions): Problem[] {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const { Resource: resource, [field]: values } = node;
  if (typeof resource !== 'string' || !isObject(values)) return [];
  const integration = integrationOf(substitute(resource, substitutions));
  if (integration?.kind !== 'optimized') return [];
  const at = [...path, field];
  return (REQUIRED[`${integration.service}:${integration.action}`] ?? [])
    .filter((name) => values[name] === undefined && values[`${name}.$`] === undefined)
    .map((name) => schemaProblem(`The field '${name}' is required but was missing`, at, `add ${name}`));
}
