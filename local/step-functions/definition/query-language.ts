import type { JsonPath } from '../../json-source.ts';
import { isObject, type JsonObject } from '../json.ts';
import { elements, type MachineNode, type QueryLanguage, type StateNode } from './machine.ts';
import { notOneOf, type Problem, schemaProblem, wrongType } from './problem.ts';
import { JSONATA_ONLY, JSONPATH_ONLY } from './state-fields.ts';

/** `QueryLanguage` itself, and fields that only the other language has. */
export function checkQueryLanguage(machine: MachineNode): Problem[] {
  return [
    ...value(machine.root.node['QueryLanguage'], ['QueryLanguage']),
    ...machine.states.flatMap((state) => ofState(state, machine.language)),
  ];
}

function ofState(state: StateNode, machineLanguage: QueryLanguage): Problem[] {
  const { node, path, language } = state;
  const problems = value(node['QueryLanguage'], [...path, 'QueryLanguage']);
  // A refused language is the whole answer: the fields that it forbids are not reported on top.
  if (machineLanguage === 'JSONata' && language === 'JSONPath') return [...problems, downgrade(path)];
  const rules = elements(node['Choices']).flatMap(([index, rule]) =>
    isObject(rule) ? foreignFields(rule, language, [...path, 'Choices', index]) : [],
  );
  return [...problems, ...foreignFields(node, language, path), ...rules];
}

function value(own: unknown, path: JsonPath): Problem[] {
  if (own === undefined || own === 'JSONata' || own === 'JSONPath') return [];
  return [typeof own === 'string' ? notOneOf(['JSONPath', 'JSONata'], path) : wrongType('STRING', path)];
}

function downgrade(path: JsonPath): Problem {
  const message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
  return schemaProblem(message, [...path, 'QueryLanguage'], 'write the state in JSONata', path);
}

function foreignFields(node: JsonObject, language: QueryLanguage, path: JsonPath): Problem[] {
  return Object.keys(node)
    .filter((field) => (language === 'JSONata' ? JSONPATH_ONLY.has(field) : JSONATA_ONLY.has(field)))
    .map((field) => {
      const fix = language === 'JSONata' ? `use ${JSONPATH_ONLY.get(field)}` : 'set "QueryLanguage": "JSONata"';
      return foreignField(field, language, path, fix);
    });
}

/** AWS names the object that holds the field as the place. */
export function foreignField(field: string, language: QueryLanguage, owner: JsonPath, fix: string): Problem {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  const message = `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`;
  return schemaProblem(message, [...owner, field], fix, owner);
}
