import type { JsonPath } from '../json-source.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

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
  language: 'JSONata' | 'JSONPath';
  scope: Scope;
  /** Branches or processor. */
  children: readonly Scope[];
}

/** A definition whose states are objects, as the checks walk it. */
export interface Machine {
  root: Scope;
  language: 'JSONata' | 'JSONPath';
  scopes: readonly Scope[];
  states: readonly StateNode[];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements with their index; none when it is no array. */
export function elements(value: unknown): [number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : [];
}

/** Parts that are no objects are left out: the checks of fields report them. */
export function readMachine(definition: JsonObject): Machine {
  const language = languageOf(definition, 'JSONPath');
  const scopes: Scope[] = [];
  const root = readScope(definition, [], undefined, language, scopes);
  return { root, language, scopes, states: scopes.flatMap((scope) => scope.states) };
}

function readScope(
  node: JsonObject,
  path: JsonPath,
  owner: StateNode | undefined,
  language: Machine['language'],
  all: Scope[],
): Scope {
  const states: StateNode[] = [];
  const startAt = typeof node['StartAt'] === 'string' ? node['StartAt'] : undefined;
  const scope: Scope = { path, node, startAt, states, owner };
  all.push(scope);
  for (const [name, state] of Object.entries(isObject(node['States']) ? node['States'] : {}))
    if (isObject(state)) states.push(readState(name, state, scope, language, all));
  return scope;
}

function readState(
  name: string,
  node: JsonObject,
  scope: Scope,
  inherited: Machine['language'],
  all: Scope[],
): StateNode {
  const path = [...scope.path, 'States', name];
  const children: Scope[] = [];
  const type = typeof node['Type'] === 'string' ? node['Type'] : '';
  // A state's own language is not handed down: its branches inherit the machine's.
  const state: StateNode = { name, path, type, node, language: languageOf(node, inherited), scope, children };
  for (const [index, branch] of elements(type === 'Parallel' ? node['Branches'] : undefined))
    if (isObject(branch)) children.push(readScope(branch, [...path, 'Branches', index], state, inherited, all));
  for (const field of type === 'Map' ? ['ItemProcessor', 'Iterator'] : []) {
    const processor = node[field];
    if (isObject(processor)) children.push(readScope(processor, [...path, field], state, inherited, all));
  }
  return state;
}

function languageOf(node: JsonObject, inherited: Machine['language']): Machine['language'] {
  const own = node['QueryLanguage'];
  if (own === undefined) return inherited;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}
