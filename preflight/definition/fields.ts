import type { JsonPath } from '../json-source.ts';
import { elements, isObject, type JsonObject, type Machine, type Scope, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';
import {
  CATCHER_FIELDS,
  JSONATA_ONLY,
  JSONPATH_ONLY,
  MACHINE_FIELDS,
  REQUIRED_FIELDS,
  RETRIER_FIELDS,
  SCOPE_FIELDS,
  STATE_FIELDS,
} from './state-fields.ts';

const RULE = 'schema-validation-failed';
/** Step Functions' limit. */
const LONGEST_NAME = 80;

/** Fields that are missing, unknown, of the wrong query language, or exclude each other. */
export function checkFields(machine: Machine): Problem[] {
  return [
    ...machine.scopes.flatMap((scope) => scopeFields(scope)),
    ...machine.states.flatMap((state) => [...stateFields(state, machine), ...handlerFields(state)]),
  ];
}

function scopeFields(scope: Scope): Problem[] {
  const { node, path, owner } = scope;
  const known = owner ? SCOPE_FIELDS : MACHINE_FIELDS;
  const states = Object.entries(isObject(node['States']) ? node['States'] : {});
  return [
    ...unsupported(node, known, path),
    ...missing(node, ['StartAt', 'States'], path),
    ...(isObject(node['States']) && states.length === 0
      ? [problem('Value cannot be empty', [...path, 'States'], 'add a state')]
      : []),
    ...states.flatMap(([name, state]) =>
      isObject(state) ? [] : [problem('Value should be an object', [...path, 'States', name], 'a state is an object')],
    ),
  ];
}

function stateFields(state: StateNode, machine: Machine): Problem[] {
  const { node, path, type, name } = state;
  const known = STATE_FIELDS[type];
  if (!known) {
    const types = Object.keys(STATE_FIELDS).join(', ');
    const at = node['Type'] === undefined ? path : [...path, 'Type'];
    return [problem(`Value should be one of the following: [${types}]`, at, `give ${name} one of these types`)];
  }
  return [
    ...(name.length > LONGEST_NAME ? [nameTooLong(name, path)] : []),
    ...missing(node, REQUIRED_FIELDS[type] ?? [], path),
    ...unsupported(node, known, path, type),
    ...(downgraded(state, machine) ? [mixedLanguages(path)] : otherLanguage(state, node, path)),
    ...elements(node['Choices']).flatMap(([index, rule]) =>
      isObject(rule) ? choiceRule(state, rule, [...path, 'Choices', index]) : [],
    ),
    ...nextOrEnd(state),
    ...oneOf(state, 'Wait', ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']),
    ...oneOf(state, 'Map', ['ItemProcessor', 'Iterator']),
  ];
}

function downgraded({ language }: StateNode, machine: Machine): boolean {
  return machine.language === 'JSONata' && language === 'JSONPath';
}

function mixedLanguages(path: JsonPath): Problem {
  const message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
  return problem(message, [...path, 'QueryLanguage'], 'write the state in JSONata');
}

function otherLanguage({ language }: StateNode, node: JsonObject, path: JsonPath): Problem[] {
  const foreign = (field: string) => (language === 'JSONata' ? JSONPATH_ONLY.has(field) : JSONATA_ONLY.has(field));
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  return Object.keys(node)
    .filter(foreign)
    .map((field) =>
      problem(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
        [...path, field],
        language === 'JSONata' ? `use ${JSONPATH_ONLY.get(field)}` : 'set "QueryLanguage": "JSONata"',
      ),
    );
}

function choiceRule(state: StateNode, rule: JsonObject, path: JsonPath): Problem[] {
  const required = state.language === 'JSONata' ? ['Condition', 'Next'] : ['Next'];
  return [...missing(rule, required, path), ...otherLanguage(state, rule, path)];
}

function nextOrEnd({ type, node, path }: StateNode): Problem[] {
  if (!STATE_FIELDS[type]?.has('End')) return [];
  const next = node['Next'] !== undefined;
  const end = node['End'] === true;
  if (next && end)
    return [problem('There should only be one of the following fields: [Next, End]', [...path, 'End'], 'remove one')];
  if (next || end) return [];
  const message = 'This object should have only one of the following fields: [Next, End]';
  return [problem(message, path, 'add "Next", or "End": true')];
}

function oneOf({ type, node, path }: StateNode, of: string, fields: readonly string[]): Problem[] {
  if (type !== of) return [];
  const there = fields.filter((field) => node[field] !== undefined);
  const [, second] = there;
  if (there.length === 0)
    return [
      problem(`This object should have only one of the following fields: [${fields.join(', ')}]`, path, 'add one'),
    ];
  if (second === undefined) return [];
  return [
    problem(`There should only be one of the following fields: [${fields.join(', ')}]`, [...path, second], 'keep one'),
  ];
}

function handlerFields({ node, path }: StateNode): Problem[] {
  const lists = [
    { field: 'Retry', known: RETRIER_FIELDS, required: ['ErrorEquals'] },
    { field: 'Catch', known: CATCHER_FIELDS, required: ['ErrorEquals', 'Next'] },
  ];
  return lists.flatMap(({ field, known, required }) =>
    elements(node[field]).flatMap(([index, entry]) =>
      isObject(entry)
        ? [...unsupported(entry, known, [...path, field, index]), ...missing(entry, required, [...path, field, index])]
        : [],
    ),
  );
}

function missing(node: JsonObject, fields: readonly string[], path: JsonPath): Problem[] {
  const absent = fields.filter((field) => node[field] === undefined);
  if (absent.length === 0) return [];
  return [problem(`These fields are required: [${absent.join(', ')}]`, path, `add ${absent.join(' and ')}`)];
}

function unsupported(node: JsonObject, known: ReadonlySet<string>, path: JsonPath, type?: string): Problem[] {
  return Object.keys(node)
    .filter((field) => !known.has(field))
    .map((field) => {
      const near = [...known].find((name) => name.toLowerCase() === field.toLowerCase());
      const fix = near ? `write ${near}` : `${type ? `a ${type} state` : 'this'} may hold ${[...known].join(', ')}`;
      return problem(`Field '${field}' is not supported`, [...path, field], fix);
    });
}

function nameTooLong(name: string, path: JsonPath): Problem {
  const message = `State name '${name}' exceeds the ${LONGEST_NAME}-character limit allowed by the service`;
  return { rule: 'invalid-state-name', message, path, fix: 'shorten it' };
}

function problem(message: string, path: JsonPath, fix: string): Problem {
  return { rule: RULE, message, path, fix };
}
