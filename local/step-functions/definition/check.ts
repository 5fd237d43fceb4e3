import type { JsonSource } from '../../json-source.ts';
import { isObject } from '../json.ts';
import { checkChoices } from './choices.ts';
import { checkErrorHandlers } from './error-handlers.ts';
import { checkExpressions } from './expression-checks.ts';
import { checkFields } from './fields.ts';
import { readMachine } from './machine.ts';
import { checkNumbers } from './numbers.ts';
import { checkPayloadPaths } from './payload-paths.ts';
import { type Substitutions, unfilledPlaceholders } from './placeholders.ts';
import type { Problem } from './problem.ts';
import { checkQueryLanguage } from './query-language.ts';
import { checkResources, type MachineKind } from './resources.ts';
import { checkTaskArguments } from './task-arguments.ts';
import { checkTransitions, duplicateState } from './transitions.ts';
import { checkAssignments } from './variables.ts';

export interface DefinitionOptions {
  type: MachineKind;
  /** Values of `${Name}`; without them, `${` is text as any other. */
  substitutions?: Substitutions;
}

/**
 * Everything that is wrong with a state machine's definition: what AWS refuses in its words, and what it accepts although
 * it cannot work. This is the only place that judges definitions: preflight gives the problems their lines, and
 * `validate` puts those that AWS has into its form.
 */
export function checkDefinition(source: JsonSource, { type, substitutions }: DefinitionOptions): Problem[] {
  if (source.syntaxError || !isObject(source.value)) return [noJson(source)];
  const machine = readMachine(source.value);
  const values: Substitutions = substitutions ?? new Map();
  return [
    ...repeatedKeys(source),
    ...checkFields(machine),
    ...checkQueryLanguage(machine),
    ...checkChoices(machine),
    ...checkTransitions(machine),
    ...checkErrorHandlers(machine),
    ...checkResources(machine, type, values),
    ...checkTaskArguments(machine, values),
    ...checkPayloadPaths(machine),
    ...checkExpressions(machine, values),
    ...checkAssignments(machine),
    ...checkNumbers(machine, substitutions !== undefined),
    ...(substitutions ? unfilledPlaceholders(source.value, substitutions) : []),
  ];
}

function noJson({ syntaxError }: JsonSource): Problem {
  return {
    rule: 'invalid-json-description',
    message: `Invalid JSON description${syntaxError ? `: ${syntaxError.message}` : ': it is no object'}`,
    path: [],
    location: null,
    ...(syntaxError && { position: syntaxError.position }),
    fix: 'a definition is a JSON object',
  };
}

/** JSON parsers keep the last of two equal keys and say nothing. */
function repeatedKeys(source: JsonSource): Problem[] {
  return source.repeatedKeys().map(({ path, position }) => {
    const name = String(path.at(-1));
    if (path.at(-2) === 'States') return { ...duplicateState(name, path), position };
    return { rule: 'repeated-field', message: `Field '${name}' is there twice`, path, position, fix: 'remove one' };
  });
}
