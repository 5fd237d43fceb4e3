import { elements, isObject, type Machine, type Scope, type StateNode } from './machine.ts';
import { transitionsOf } from './transitions.ts';

/**
 * The variables that may have a value when a state begins: those that some path to it assigns, and those of the
 * states around its branch. What a branch assigns ends with it.
 */
export function variablesAt(machine: Machine): ReadonlyMap<StateNode, ReadonlySet<string>> {
  const known = new Map<StateNode, Set<string>>(machine.states.map((state) => [state, new Set()]));
  for (let changed = true; changed; ) changed = machine.scopes.filter((scope) => flow(scope, known)).length > 0;
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
export function assignedBy(node: unknown): string[] {
  const assign: unknown = isObject(node) ? node['Assign'] : undefined;
  return isObject(assign) ? Object.keys(assign).map((name) => name.replace(/\.\$$/, '')) : [];
}
