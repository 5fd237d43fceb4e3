import { isObject, type JsonObject } from '../json.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Where the states lead: targets that do not exist, states that nothing leads to, a machine without an end. */
export function checkTransitions(machine: JsonObject): Diagnostic[] {
  return checkList(machine, '', true);
}

interface Transition {
  target: string;
  location: string;
}

function checkList(list: JsonObject, path: string, top: boolean): Diagnostic[] {
  const states = statesOf(list);
  const findings = [
    startOf(list, path),
    ...states.flatMap(([name, state]) => transitionsOf(state, `${path}/States/${name}`)),
  ]
    .filter(({ target }) => !states.some(([name]) => name === target))
    .map(({ target, location }) => missing(`Missing 'Next' target: ${target}`, location));
  const endless = top && !states.some(([, state]) => ends(state));
  if (endless)
    findings.push({ severity: 'ERROR', code: 'MISSING_END_STATE', message: 'Workflow has no terminal state' });
  else findings.push(...unreachable(list, path));
  const nested = states.flatMap(([name, state]) =>
    subLists(state, `${path}/States/${name}`).flatMap(([sub, place]) => checkList(sub, place, false)),
  );
  return [...findings, ...nested];
}

function unreachable(list: JsonObject, path: string): Diagnostic[] {
  const states = new Map(statesOf(list));
  const reached = new Set<string>();
  const open = [startOf(list, path).target];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states.get(name);
    if (!state || reached.has(name)) continue;
    reached.add(name);
    open.push(...transitionsOf(state, '').map(({ target }) => target));
  }
  return [...states.keys()]
    .filter((name) => !reached.has(name))
    .map((name) => missing(`State "${name}" is not reachable.`, `${path}/States/${name}`));
}

function missing(message: string, location: string): Diagnostic {
  return { severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET', message, location };
}

function startOf(list: JsonObject, path: string): Transition {
  return { target: String(list['StartAt']), location: `${path}/StartAt` };
}

function statesOf(list: JsonObject): [string, JsonObject][] {
  const { States: states } = list;
  return isObject(states)
    ? Object.entries(states).flatMap(([name, state]): [string, JsonObject][] =>
        isObject(state) ? [[name, state]] : [],
      )
    : [];
}

function transitionsOf(state: JsonObject, path: string): Transition[] {
  const parts = (['Choices', 'Catch'] as const).flatMap((field) => {
    const list = state[field];
    return Array.isArray(list)
      ? list.map((item, index) => ({ item, location: `${path}/${field}[${index}]/Next` }))
      : [];
  });
  const places = [
    { target: state['Next'], location: `${path}/Next` },
    ...parts.map(({ item, location }) => ({ target: isObject(item) ? item['Next'] : undefined, location })),
    { target: state['Default'], location: `${path}/Default` },
  ];
  return places.flatMap(({ target, location }) => (typeof target === 'string' ? [{ target, location }] : []));
}

function ends(state: JsonObject): boolean {
  return state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';
}

function subLists(state: JsonObject, path: string): [JsonObject, string][] {
  const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
  const lists: [unknown, string][] = [
    ...branches.map((branch, index): [unknown, string] => [branch, `${path}/Branches[${index}]`]),
    [state['ItemProcessor'], `${path}/ItemProcessor`],
    [state['Iterator'], `${path}/Iterator`],
  ];
  return lists.flatMap(([list, place]): [JsonObject, string][] => (isObject(list) ? [[list, place]] : []));
}
