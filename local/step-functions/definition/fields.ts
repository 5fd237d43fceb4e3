import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { listsOf, type MachineNode, type Scope, type StateNode } from './machine.ts';
import { emptyValue, missingFields, notOneOf, type Problem, schemaProblem, wrongType } from './problem.ts';
import { MACHINE_FIELDS, REQUIRED_FIELDS, SCOPE_FIELDS, STATE_FIELDS } from './state-fields.ts';

/** Longest name of a state, in characters. */
const LONGEST_NAME = 80;

/** Fields of the machine, its branches and processors, and its states that are missing, unknown or exclude each other. */
export function checkFields({ scopes, states }: MachineNode): Problem[] {
  return [...scopes.flatMap(scopeFields), ...states.flatMap(stateFields)];
}

function scopeFields({ node, path, owner }: Scope): Problem[] {
  const { StartAt: start, States: states } = node;
  const list = [...path, 'States'];
  return [
    ...unsupportedFields(node, owner ? SCOPE_FIELDS : MACHINE_FIELDS, path),
    ...missing(node, ['StartAt', 'States'], path),
    ...(start === undefined || typeof start === 'string' ? [] : [wrongType('STRING', [...path, 'StartAt'])]),
    ...(states === undefined || isObject(states) ? [] : [wrongType('OBJECT', list)]),
    ...(isObject(states) ? stateList(states, list) : []),
    ...processorConfig(node['ProcessorConfig'], [...path, 'ProcessorConfig']),
  ];
}

/** A misspelt mode would run inline what was meant to be distributed. */
function processorConfig(config: Json | undefined, path: JsonPath): Problem[] {
  if (config === undefined) return [];
  if (!isObject(config)) return [wrongType('OBJECT', path)];
  const { Mode: mode } = config;
  return mode === undefined || mode === 'INLINE' || mode === 'DISTRIBUTED'
    ? []
    : [notOneOf(['INLINE', 'DISTRIBUTED'], [...path, 'Mode'])];
}

function stateList(states: JsonObject, path: JsonPath): Problem[] {
  const entries = Object.entries(states);
  if (entries.length === 0) return [emptyValue(path, 'add a state')];
  return entries.flatMap(([name, state]) => (isObject(state) ? [] : [wrongType('OBJECT', [...path, name])]));
}

function stateFields(state: StateNode): Problem[] {
  const { node, path, type, name } = state;
  const known = STATE_FIELDS[type];
  if (!known) return [node['Type'] === undefined ? missingFields(['Type'], path) : unknownType([...path, 'Type'])];
  return [
    ...(name.length > LONGEST_NAME ? [nameTooLong(name, path)] : []),
    ...missing(node, REQUIRED_FIELDS[type] ?? [], path),
    ...unsupportedFields(node, known, path, type),
    ...nextOrEnd(state),
    ...oneOf(state, 'Wait', ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']),
    ...oneOf(state, 'Map', ['ItemProcessor', 'Iterator']),
    ...listsOf(type, node).flatMap(([at, list]) => (isObject(list) ? [] : [wrongType('OBJECT', [...path, ...at])])),
    ...(type === 'Parallel' ? branches(state) : []),
  ];
}

function unknownType(path: JsonPath): Problem {
  const message = `The field 'Type' should have one of these values: [${Object.keys(STATE_FIELDS).join(', ')}]`;
  return schemaProblem(message, path, 'give the state one of these types');
}

function branches({ node, path }: StateNode): Problem[] {
  const { Branches: list } = node;
  const at = [...path, 'Branches'];
  if (list !== undefined && !Array.isArray(list)) return [wrongType('ARRAY', at)];
  return list?.length === 0 ? [emptyValue(at, 'add a branch')] : [];
}

function nextOrEnd({ type, node, path }: StateNode): Problem[] {
  if (!STATE_FIELDS[type]?.has('End')) return [];
  const { Next: next, End: end } = node;
  if (next !== undefined && typeof next !== 'string') return [wrongType('STRING', [...path, 'Next'])];
  if (end !== undefined && typeof end !== 'boolean') return [wrongType('BOOLEAN', [...path, 'End'])];
  if (next !== undefined && end) return [tooMany(['Next', 'End'], [...path, 'End'], 'remove one')];
  return next !== undefined || end ? [] : [noneOf(['Next', 'End'], path, 'add "Next", or "End": true')];
}

function oneOf({ type, node, path }: StateNode, of: string, fields: readonly string[]): Problem[] {
  if (type !== of) return [];
  const there = fields.filter((field) => node[field] !== undefined);
  const [, second] = there;
  if (there.length === 0) return [noneOf(fields, path, 'add one')];
  return second === undefined ? [] : [tooMany(fields, [...path, second], 'keep one')];
}

function noneOf(fields: readonly string[], path: JsonPath, fix: string): Problem {
  return schemaProblem(`This object should have only one of the following fields: [${fields.join(', ')}]`, path, fix);
}

function tooMany(fields: readonly string[], path: JsonPath, fix: string): Problem {
  const message = `There should only be one of the following fields: [${fields.join(', ')}]`;
  return schemaProblem(message, path, fix, path.slice(0, -1));
}

export function missing(node: JsonObject, fields: readonly string[], path: JsonPath): Problem[] {
  const absent = fields.filter((field) => node[field] === undefined);
  return absent.length === 0 ? [] : [missingFields(absent, path)];
}

/** AWS names the object, not the field, as the place. */
export function unsupportedFields(
  node: JsonObject,
  known: ReadonlySet<string>,
  path: JsonPath,
  type?: string,
): Problem[] {
  return Object.keys(node)
    .filter((field) => !known.has(field))
    .map((field) => {
      const near = [...known].find((name) => name.toLowerCase() === field.toLowerCase());
      const fix = near ? `write ${near}` : `${type ? `a ${type} state` : 'this'} may hold ${[...known].join(', ')}`;
      return schemaProblem(`Field '${field}' is not supported`, [...path, field], fix, path);
    });
}

function nameTooLong(name: string, path: JsonPath): Problem {
  const message = `State name '${name}' exceeds the ${LONGEST_NAME}-character limit allowed by the service`;
  return { rule: 'invalid-state-name', message, path, fix: 'shorten it' };
}
