import { resolveResource } from '../integrations/registry.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { elements, readMachine, type StateNode } from './machine.ts';
import { JSONPATH_ONLY } from './state-fields.ts';

/**
 * What a definition that AWS accepts needs and this runtime does not have: one line for each, empty when it can run.
 *
 * @param definition text that `validate` found no error in
 */
export function localLimits(definition: string): string[] {
  const machine = parseJson(definition);
  return isObject(machine) ? readMachine(machine).states.flatMap(ofState) : [];
}

function ofState(state: StateNode): string[] {
  const { node, path } = state;
  const at = `/${path.join('/')}`;
  return [
    ...pathFields(state).map(
      (field) => `${at}: JSONPath (field '${field}') is not run locally; use "QueryLanguage": "JSONata"`,
    ),
    ...(isRunnable(node) ? [] : [`${at}: the integration ${node['Resource']} is not run locally${reason(node)}`]),
    ...(isDistributed(node) ? [`${at}: only inline Map states are run locally, not distributed ones`] : []),
  ];
}

function isRunnable({ Type: type, Resource: resource }: JsonObject): boolean {
  return type !== 'Task' || (typeof resource === 'string' && resolveResource(resource) !== undefined);
}

function reason({ Resource: resource }: JsonObject): string {
  const [, service] = /:aws-sdk:(\w+):/.exec(String(resource)) ?? [];
  return service === undefined ? '' : `: no SDK client is installed for the service ${service}`;
}

/** Fields that only JSONPath gives a meaning. A state without any runs the same in both languages. */
function pathFields({ node, language }: StateNode): string[] {
  if (language === 'JSONata') return [];
  const own = [...JSONPATH_ONLY.keys(), 'Assign', 'ItemSelector', 'Choices'].filter((field) => field in node);
  const catches = elements(node['Catch']).some(
    ([, catcher]) => isObject(catcher) && ('ResultPath' in catcher || 'Assign' in catcher),
  );
  return catches ? [...own, 'Catch'] : own;
}

function isDistributed({ ItemProcessor, Iterator, ItemReader, ItemBatcher, ResultWriter }: JsonObject): boolean {
  if (ItemReader !== undefined || ItemBatcher !== undefined || ResultWriter !== undefined) return true;
  const processor = ItemProcessor ?? Iterator;
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isObject(config) && config['Mode'] === 'DISTRIBUTED';
}
