import { validatePath } from 'asl-path-validator';
import { AslPathContext } from 'asl-path-validator/dist/types.js';
import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json } from '../json.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { type Problem, schemaProblem } from './problem.ts';
import { foreignField } from './query-language.ts';

/** Fields that hold states of their own. */
const NESTED = new Set(['Branches', 'ItemProcessor', 'Iterator']);

/** `.$` fields: no path and no intrinsic function in JSONPath, or there at all in JSONata. */
export function checkPayloadPaths({ states }: MachineNode): Problem[] {
  return states.flatMap((state) =>
    Object.entries(state.node)
      .filter(([field]) => !NESTED.has(field))
      .flatMap(([field, value]) => payload(state, field, value, [...state.path, field])),
  );
}

function payload(state: StateNode, name: string, value: Json, path: JsonPath): Problem[] {
  if (name.endsWith('.$')) return pathField(state, name, value, path);
  if (Array.isArray(value)) return value.flatMap((item, index) => payload(state, '', item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => payload(state, key, item, [...path, key]));
}

/** AWS names the object that holds the field as the place. */
function pathField({ language }: StateNode, name: string, value: Json, path: JsonPath): Problem[] {
  const owner = path.slice(0, -1);
  const fix =
    language === 'JSONata'
      ? `write "${name.slice(0, -'.$'.length)}": "{% … %}"`
      : 'write a path such as $.body or States.Format(…)';
  if (typeof value !== 'string' || !validatePath(value, AslPathContext.PAYLOAD_TEMPLATE).isValid) {
    const message = `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`;
    return [schemaProblem(message, path, fix, owner)];
  }
  return language === 'JSONPath' ? [] : [foreignField(name, language, owner, fix)];
}
