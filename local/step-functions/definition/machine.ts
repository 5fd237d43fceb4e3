import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** States that belong together: those of the machine, of a Parallel's branch or of a Map's processor. */
export interface Scope {
  path: JsonPath;
  /** The object with `StartAt` and `States`. */
  node: JsonObject;
  startAt: string | undefined;
  states: readonly StateNode[];
  /** The Parallel or Map that this is part of. */
  owner: StateNode | undefined;
}

export interface StateNode {
  name: string;
  path: JsonPath;
  type: string;
  node: JsonObject;
  language: QueryLanguage;
  scope: Scope;
}

export type QueryLanguage = 'JSONata' | 'JSONPath';

/** A definition whose states are objects, as the checks walk it. */
export interface MachineNode {
  root: Scope;
  language: QueryLanguage;
  scopes: readonly Scope[];
  states: readonly StateNode[];
}

/** The elements with their index; none when it is no array. */
export function elements(value: Json | undefined): [number, Json][] {
  return Array.isArray(value) ? [...value.entries()] : [];
}

/** Parts that are no objects are left out: the checks of fields report them. */
export function readMachine(definition: JsonObject): MachineNode {
  const language = languageOf(definition, 'JSONPath');
  const scopes: Scope[] = [];
  const root = readScope(definition, [], undefined, language, scopes);
  return { root, language, scopes, states: scopes.flatMap((scope) => scope.states) };
}

function readScope(
  node: JsonObject,
  path: JsonPath,
  owner: StateNode | undefined,
  language: QueryLanguage,
  all: Scope[],
): Scope {
  const { StartAt: start, States: list } = node;
  const states: StateNode[] = [];
  const scope: Scope = { path, node, startAt: typeof start === 'string' ? start : undefined, states, owner };
  all.push(scope);
  for (const [name, state] of Object.entries(isObject(list) ? list : {}))
    if (isObject(state)) states.push(readState(name, state, scope, language, all));
  return scope;
}

function readState(name: string, node: JsonObject, scope: Scope, inherited: QueryLanguage, all: Scope[]): StateNode {
  const path = [...scope.path, 'States', name];
  const type = typeof node['Type'] === 'string' ? node['Type'] : '';
  const state: StateNode = { name, path, type, node, language: languageOf(node, inherited), scope };
  // A state's own language is not handed down: its branches inherit the machine's.
  for (const [field, list] of listsOf(type, node))
    if (isObject(list)) readScope(list, [...path, ...field], state, inherited, all);
  return state;
}

/** What should hold states of its own: branches or processor, with their place in the state. */
export function listsOf(type: string, node: JsonObject): [JsonPath, Json][] {
  if (type === 'Parallel') return elements(node['Branches']).map(([index, branch]) => [['Branches', index], branch]);
  if (type !== 'Map') return [];
  return ['ItemProcessor', 'Iterator'].flatMap((field): [JsonPath, Json][] => {
    const list = node[field];
    return list === undefined ? [] : [[[field], list]];
  });
}

/** Only the exact name `JSONPath` stands for it; every other value is JSONata (and reported). */
function languageOf({ QueryLanguage: own }: JsonObject, inherited: QueryLanguage): QueryLanguage {
  if (own === undefined) return inherited;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}
