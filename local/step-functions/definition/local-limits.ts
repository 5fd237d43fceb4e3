import { resolveResource } from '../integrations/registry.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { STATE_FIELDS } from './fields.ts';

/**
 * What a definition that AWS accepts needs and this runtime does not have: one line for each, empty when it can run.
 *
 * @param definition text that `validate` found no error in
 */
export function localLimits(definition: string): string[] {
  const machine = parseJson(definition);
  if (!isObject(machine)) return [];
  return ofList(machine, '', machine['QueryLanguage'] === 'JSONata');
}

function ofList(list: JsonObject, path: string, jsonata: boolean): string[] {
  const { States: states } = list;
  if (!isObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) =>
    isObject(state) ? ofState(state, `${path}/States/${name}`, jsonata) : [],
  );
}

function ofState(state: JsonObject, path: string, inherited: boolean): string[] {
  const jsonata = state['QueryLanguage'] === undefined ? inherited : state['QueryLanguage'] === 'JSONata';
  const limits = [
    ...(jsonata
      ? []
      : pathFields(state).map(
          (field) => `${path}: JSONPath (field '${field}') is not run locally; use "QueryLanguage": "JSONata"`,
        )),
    ...(isRunnable(state) ? [] : [`${path}: the integration ${state['Resource']} is not run locally`]),
    ...(isDistributed(state) ? [`${path}: only inline Map states are run locally, not distributed ones`] : []),
  ];
  const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
  const lists = [...branches, state['ItemProcessor'], state['Iterator']];
  return [...limits, ...lists.flatMap((list) => (isObject(list) ? ofList(list, path, inherited) : []))];
}

function isRunnable({ Type: type, Resource: resource }: JsonObject): boolean {
  return type !== 'Task' || (typeof resource === 'string' && resolveResource(resource) !== undefined);
}

/** Fields that only JSONPath gives a meaning. A state without any runs the same in both languages. */
function pathFields(state: JsonObject): string[] {
  const fields = STATE_FIELDS[String(state['Type'])];
  const special = [...(fields?.jsonpath ?? []), 'Assign', 'ItemSelector', 'Choices'];
  const own = special.filter((field) => state[field] !== undefined);
  const catches = Array.isArray(state['Catch']) && state['Catch'].some(hasResultPath);
  return catches ? [...own, 'Catch'] : own;
}

function hasResultPath(catcher: Json): boolean {
  return isObject(catcher) && (catcher['ResultPath'] !== undefined || catcher['Assign'] !== undefined);
}

function isDistributed(state: JsonObject): boolean {
  const { ItemProcessor: processor, ItemReader, ItemBatcher, ResultWriter } = state;
  if (ItemReader !== undefined || ItemBatcher !== undefined || ResultWriter !== undefined) return true;
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isObject(config) && config['Mode'] === 'DISTRIBUTED';
}
