import type { JsonSource } from '../json-source.ts';
import { checkDurations } from './durations.ts';
import { checkErrorHandlers } from './error-handlers.ts';
import { checkExpressions } from './expression-checks.ts';
import { checkFields } from './fields.ts';
import { isObject, readMachine } from './machine.ts';
import { checkPayloadPaths } from './payload-paths.ts';
import { substitute, unfilledPlaceholders } from './placeholders.ts';
import type { Problem } from './problem.ts';
import { checkResources } from './resources.ts';
import { checkTransitions, duplicate } from './transitions.ts';

export interface DefinitionOptions {
  type: 'STANDARD' | 'EXPRESS';
  /** Values of `${Name}`. */
  substitutions: ReadonlyMap<string, string>;
}

/** Everything that is wrong with a state machine's definition, in the order of the file. */
export function checkDefinition(source: JsonSource, { type, substitutions }: DefinitionOptions): Problem[] {
  if (source.syntaxError || !isObject(source.value)) return [noJson(source)];
  const machine = readMachine(source.value);
  return [
    ...repeatedKeys(source),
    ...checkFields(machine),
    ...checkTransitions(machine),
    ...checkErrorHandlers(machine),
    ...checkResources(machine, type, (text) => substitute(text, substitutions)),
    ...checkPayloadPaths(machine),
    ...checkExpressions(machine, substitutions),
    ...checkDurations(machine),
    ...unfilledPlaceholders(source.value, substitutions),
  ];
}

function noJson({ syntaxError }: JsonSource): Problem {
  return {
    rule: 'invalid-json-description',
    message: `Invalid JSON description${syntaxError ? `: ${syntaxError.message}` : ': it is no object'}`,
    path: [],
    ...(syntaxError && { position: syntaxError.position }),
    fix: 'a definition is a JSON object',
  };
}

/** JSON parsers keep the last of two equal keys and say nothing. */
function repeatedKeys(source: JsonSource): Problem[] {
  return source.repeatedKeys().map(({ path, position }) => {
    const name = String(path.at(-1));
    if (path.at(-2) === 'States') return { ...duplicate(name, path), position };
    return { rule: 'repeated-field', message: `Field '${name}' is there twice`, path, position, fix: 'remove one' };
  });
}
