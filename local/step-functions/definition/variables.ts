import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json } from '../json.ts';
import { elements, type MachineNode, type Scope, type StateNode } from './machine.ts';
import { type Problem, schemaProblem, wrongType } from './problem.ts';
import { transitionsOf } from './transitions.ts';

/**
 * The variables that may have a value when a state begins: those that some path to it assigns, and those of the
 * states around its branch. What a branch assigns ends with it.
 */
export function variablesAt({ states, scopes }: MachineNode): ReadonlyMap<StateNode, ReadonlySet<string>> {
  const known = new Map<StateNode, Set<string>>(states.map((state) => [state, new Set()]));
  for (let changed = true; changed; ) changed = scopes.filter((scope) => flow(scope, known)).length > 0;
  return known;
}

/** One step of the flow; true when anything new came out of it. */
function flow(scope: Scope, known: ReadonlyMap<StateNode, Set<string>>): boolean {
  let changed = false;
  const add = (name: string, variables: Iterable<string>): void => {
    const state = scope.states.find((candidate) => candidate.name === name);
    const there = state && known.get(state);
    for (const variable of there ? variables : []) {
      if (there?.has(variable)) continue;
      there?.add(variable);
      changed = true;
    }
  };
  if (scope.owner && scope.startAt !== undefined) add(scope.startAt, known.get(scope.owner) ?? []);
  for (const state of scope.states)
    for (const { target, via } of transitionsOf(state)) {
      const by = via ? elements(state.node[via.field])[via.index]?.[1] : state.node;
      add(target, [...(known.get(state) ?? []), ...assignedBy(by)]);
    }
  return changed;
}

/** Names that a state, catcher or choice rule assigns. */
function assignedBy(node: Json | undefined): string[] {
  const assign = isObject(node) ? node['Assign'] : undefined;
  return isObject(assign) ? Object.keys(assign).map((name) => name.replace(/\.\$$/, '')) : [];
}

/** What assigns without naming variables, and names that no variable may have. */
export function checkAssignments({ states }: MachineNode): Problem[] {
  return states.flatMap(({ node, path }) => {
    const places: [Json, JsonPath][] = [
      [node, path],
      ...['Catch', 'Choices'].flatMap((field) =>
        elements(node[field]).map(([index, entry]): [Json, JsonPath] => [entry, [...path, field, index]]),
      ),
    ];
    return places.flatMap(([owner, at]) => {
      const assign = isObject(owner) ? owner['Assign'] : undefined;
      return assign === undefined || isObject(assign)
        ? assignedBy(owner).flatMap((name) => variableName(name, [...at, 'Assign', name]))
        : [wrongType('OBJECT', [...at, 'Assign'])];
    });
  });
}

function variableName(name: string, path: JsonPath): Problem[] {
  if (name === 'states') return [schemaProblem("Cannot assign to reserved variable '$states'.", path, 'rename it')];
  if (/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && name.length <= 80) return [];
  const message = `Invalid variable name '${name}': the variable name contains invalid characters.`;
  return [schemaProblem(message, path, 'letters, digits and _, at most 80, first a letter')];
}
