import type { JsonPath } from '../../json-source.ts';
import { isObject } from '../json.ts';
import { elements, type MachineNode, type Scope, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';

/** A way out of a state, or into a scope. */
interface Transition {
  /** Where the target's name stands. */
  path: JsonPath;
  target: string;
  /** The catcher or choice rule that leads there; undefined for `Next` and `Default`. */
  via: { field: 'Catch' | 'Choices'; index: number } | undefined;
}

/** Every transition of a state, in the order in which they stand. */
export function transitionsOf({ node, path, type }: StateNode): Transition[] {
  const direct = (type === 'Choice' ? ['Default'] : ['Next']).flatMap((field) => {
    const target = node[field];
    return typeof target === 'string' ? [{ path: [...path, field], target, via: undefined }] : [];
  });
  const listed = (['Choices', 'Catch'] as const).flatMap((field) =>
    elements(node[field]).flatMap(([index, entry]): Transition[] => {
      const target = isObject(entry) ? entry['Next'] : undefined;
      return typeof target === 'string'
        ? [{ path: [...path, field, index, 'Next'], target, via: { field, index } }]
        : [];
    }),
  );
  return [...direct, ...listed];
}

/** Transitions to nowhere, states that nothing leads to, duplicate names, and a machine that cannot end. */
export function checkTransitions(machine: MachineNode): Problem[] {
  const ends = machine.root.states.some(isTerminal);
  return [
    ...machine.scopes.flatMap((scope) => [...danglingTargets(scope), ...(ends ? unreachableStates(scope) : [])]),
    ...(ends || machine.root.states.length === 0 ? [] : [noTerminalState()]),
    ...duplicateNames(machine),
  ];
}

function isTerminal({ type, node }: StateNode): boolean {
  return node['End'] === true || type === 'Succeed' || type === 'Fail';
}

function danglingTargets(scope: Scope): Problem[] {
  const names = new Set(scope.states.map(({ name }) => name));
  const start = scope.startAt === undefined ? [] : [{ path: [...scope.path, 'StartAt'], target: scope.startAt }];
  return [...start, ...scope.states.flatMap(transitionsOf)]
    .filter(({ target }) => !names.has(target))
    .map(({ path, target }) => ({
      rule: 'missing-transition-target',
      message: `Missing 'Next' target: ${target}`,
      path,
      fix: `name one of: ${[...names].join(', ')}`,
    }));
}

function unreachableStates(scope: Scope): Problem[] {
  const reached = reachedIn(scope);
  if (reached.size === 0) return []; // that it begins nowhere is said already
  return scope.states
    .filter((state) => !reached.has(state))
    .map(({ name, path }) => ({
      rule: 'missing-transition-target',
      message: `State "${name}" is not reachable.`,
      path,
      fix: 'lead a transition to it or remove it',
    }));
}

/** The states that some way from the start leads to, also through the branches of such states. */
export function reachableStates({ scopes }: MachineNode): ReadonlySet<StateNode> {
  const reached = new Set<StateNode>();
  for (const scope of scopes) // an owner's scope stands before those of its branches
    if (!scope.owner || reached.has(scope.owner)) for (const state of reachedIn(scope)) reached.add(state);
  return reached;
}

function reachedIn(scope: Scope): ReadonlySet<StateNode> {
  const byName = new Map(scope.states.map((state) => [state.name, state]));
  const reached = new Set<StateNode>();
  const pending = scope.startAt === undefined ? [] : [scope.startAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = byName.get(name);
    if (!state || reached.has(state)) continue;
    reached.add(state);
    pending.push(...transitionsOf(state).map(({ target }) => target));
  }
  return reached;
}

function noTerminalState(): Problem {
  return {
    rule: 'missing-end-state',
    message: 'Workflow has no terminal state',
    path: ['States'],
    location: null,
    fix: 'give the last state "End": true, or end in Succeed or Fail',
  };
}

/** Names are unique in the whole machine, also across branches. */
function duplicateNames({ states }: MachineNode): Problem[] {
  const first = new Map<string, StateNode>();
  return states.flatMap((state) => {
    const known = first.get(state.name);
    first.set(state.name, known ?? state);
    return known ? [duplicateState(state.name, state.path)] : [];
  });
}

export function duplicateState(name: string, path: JsonPath): Problem {
  return {
    rule: 'duplicate-state-name',
    message: `Duplicate State name: ${name}`,
    path,
    fix: 'state names are unique in the whole state machine, branches included',
  };
}
