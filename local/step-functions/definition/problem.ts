import type { JsonPath, Position } from '../../json-source.ts';

/** Something wrong with a state machine's definition. */
export interface Problem {
  /** AWS's diagnostic code in lower case (`missing-transition-target`), or the name of a check that AWS does not make. */
  rule: string;
  /** AWS's words where AWS makes the check. */
  message: string;
  /** Where it stands. */
  path: JsonPath;
  /** The place that AWS names, where that is another one; null when it names none. */
  location?: JsonPath | null;
  /** Characters into the string that stands at `path`. */
  offset?: number;
  /** Another place than the key at `path`, for what cannot be addressed: the second of two equal keys. */
  position?: Position;
  fix: string;
}

/** Something that AWS's schema of the language refuses. */
export function schemaProblem(message: string, path: JsonPath, fix: string, location?: JsonPath): Problem {
  return { rule: 'schema-validation-failed', message, path, fix, ...(location && { location }) };
}

/** A value of another JSON type. */
export function wrongType(type: 'STRING' | 'OBJECT' | 'ARRAY' | 'BOOLEAN', path: JsonPath): Problem {
  return schemaProblem(`Expected value of type [${type}]`, path, `write ${ARTICLES[type]}`);
}

const ARTICLES = { STRING: 'a string', OBJECT: 'an object', ARRAY: 'an array', BOOLEAN: 'true or false' };

export function emptyValue(path: JsonPath, fix: string): Problem {
  return schemaProblem('Value cannot be empty', path, fix);
}

export function notOneOf(values: readonly string[], path: JsonPath): Problem {
  return schemaProblem(
    `Value should be one of the following: [${values.join(', ')}]`,
    path,
    `write ${values.join(' or ')}`,
  );
}

/** @param owner path of the object that lacks them */
export function missingFields(fields: readonly string[], owner: JsonPath): Problem {
  return schemaProblem(`These fields are required: [${fields.join(', ')}]`, owner, `add ${fields.join(' and ')}`);
}
