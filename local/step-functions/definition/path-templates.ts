import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Diagnostic, schemaError } from './diagnostic.ts';

const TEMPLATES = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials'];

/** In JSONPath states every member whose name ends in `.$` has to be a path or an intrinsic function. */
export function checkPathTemplates(state: JsonObject, path: string): Diagnostic[] {
  return TEMPLATES.flatMap((field) => walk(state[field], `${path}/${field}`));
}

function walk(value: Json | undefined, path: string): Diagnostic[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${path}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (!key.endsWith('.$')) return walk(item, `${path}/${key}`);
    if (typeof item === 'string' && /^(\$|States\.\w+\(.*\)$)/s.test(item)) return [];
    const message = `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`;
    return [schemaError(message, `${path}/${key}`)];
  });
}
