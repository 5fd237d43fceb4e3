import { validatePath } from 'asl-path-validator';
import { AslPathContext } from 'asl-path-validator/dist/types.js';
import type { JsonPath } from '../json-source.ts';
import { isObject, type Machine, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';

/** Fields that hold states of their own. */
const NESTED = new Set(['Branches', 'ItemProcessor', 'Iterator']);

/** `.$` fields: no path and no intrinsic function in JSONPath, or there at all in JSONata. */
export function checkPayloadPaths({ states }: Machine): Problem[] {
  return states.flatMap((state) =>
    Object.entries(state.node)
      .filter(([field]) => !NESTED.has(field))
      .flatMap(([field, value]) => payload(state, field, value, [...state.path, field])),
  );
}

function payload(state: StateNode, name: string, value: unknown, path: JsonPath): Problem[] {
  if (name.endsWith('.$')) return pathField(state, name, value, path);
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => payload(state, '', item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => payload(state, key, item, [...path, key]));
}

function pathField({ language }: StateNode, name: string, value: unknown, path: JsonPath): Problem[] {
  const rule = 'schema-validation-failed';
  const valid = typeof value === 'string' && validatePath(value, AslPathContext.PAYLOAD_TEMPLATE).isValid;
  const plain = name.slice(0, -'.$'.length);
  if (valid && language === 'JSONPath') return [];
  const fix =
    language === 'JSONata' ? `write "${plain}": "{% … %}"` : 'write a path such as $.body or States.Format(…)';
  if (!valid)
    return [
      {
        rule,
        message: `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        path,
        fix,
      },
    ];
  return [
    {
      rule,
      message: `The QueryLanguage is set to 'JSONata', but field '${name}' is only supported for the 'JSONPath' QueryLanguage`,
      path,
      fix,
    },
  ];
}
