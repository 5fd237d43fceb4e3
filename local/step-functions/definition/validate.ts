import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { checkState } from './check-state.ts';
import { type Diagnostic, schemaError } from './diagnostic.ts';
import { checkTransitions } from './transitions.ts';

export type MachineKind = 'STANDARD' | 'EXPRESS';

const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const LIST_FIELDS = ['Comment', 'StartAt', 'States', 'ProcessorConfig'];

/** What AWS would say about a definition, in its words. An error among the findings means that it is refused. */
export function validate(definition: string, kind: MachineKind = 'STANDARD'): Diagnostic[] {
  let machine: Json;
  try {
    machine = parseJson(definition);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }];
  }
  if (!isObject(machine))
    return [
      {
        severity: 'ERROR',
        code: 'INVALID_JSON_DESCRIPTION',
        message: 'A state machine definition must be a JSON object',
      },
    ];
  const language = machine['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath';
  const context: Context = { language, kind, machineLanguage: machine['QueryLanguage'], names: new Set() };
  const findings = [
    ...unknownFields(machine, MACHINE_FIELDS, ''),
    ...languageOf(machine),
    ...checkList(machine, '', context),
  ];
  return findings.length > 0 ? findings : checkTransitions(machine);
}

export interface Context {
  /** Of states that name none themselves. */
  language: 'JSONata' | 'JSONPath';
  machineLanguage: Json | undefined;
  kind: MachineKind;
  /** Names of all states so far: a name occurs once in a machine, its branches and item processors. */
  names: Set<string>;
}

/** Checks the states of a machine, a branch or an item processor. */
export function checkList(list: JsonObject, path: string, context: Context): Diagnostic[] {
  const findings = required(list, ['StartAt', 'States'], path);
  const { States: states, StartAt: startAt } = list;
  if (startAt !== undefined && typeof startAt !== 'string') findings.push(typeError('StartAt', 'string', path));
  if (states === undefined) return findings;
  if (!isObject(states)) return [...findings, typeError('States', 'object', path)];
  if (Object.keys(states).length === 0)
    findings.push(schemaError("The field 'States' must have at least one state", `${path}/States`));
  for (const [name, state] of Object.entries(states))
    findings.push(...checkNamed(name, state, `${path}/States/${name}`, context));
  return findings;
}

/** Checks a branch of a Parallel or the item processor of a Map. */
export function checkSubList(list: Json, path: string, context: Context): Diagnostic[] {
  if (!isObject(list)) return [schemaError('Expected an object', path)];
  return [...unknownFields(list, LIST_FIELDS, path), ...checkList(list, path, context)];
}

/** Longest name of a state, in characters. */
const LONGEST_NAME = 80;

function checkNamed(name: string, state: Json, path: string, context: Context): Diagnostic[] {
  const findings: Diagnostic[] = [];
  if (name.length > LONGEST_NAME)
    findings.push(schemaError(`A state's name must have at most ${LONGEST_NAME} characters`, path));
  if (context.names.has(name))
    findings.push({
      severity: 'ERROR',
      code: 'DUPLICATE_STATE_NAME',
      message: `Duplicate state name: ${name}`,
      location: path,
    });
  context.names.add(name);
  return [
    ...findings,
    ...(isObject(state) ? checkState(state, path, context) : [schemaError('Expected an object', path)]),
  ];
}

export function required(object: JsonObject, fields: readonly string[], path: string): Diagnostic[] {
  return fields
    .filter((field) => object[field] === undefined)
    .map((field) => schemaError(`The field '${field}' is required but was missing`, path));
}

export function unknownFields(object: JsonObject, known: readonly string[], path: string): Diagnostic[] {
  return Object.keys(object)
    .filter((field) => !known.includes(field))
    .map((field) => schemaError(`Field '${field}' is not supported`, path));
}

export function typeError(field: string, type: string, path: string): Diagnostic {
  return schemaError(`Expected value of type ${type}`, `${path}/${field}`);
}

function languageOf(machine: JsonObject): Diagnostic[] {
  const { QueryLanguage: language } = machine;
  if (language === undefined || language === 'JSONata' || language === 'JSONPath') return [];
  return [schemaError("Value is not valid. Only 'JSONPath' and 'JSONata' are allowed", '/QueryLanguage')];
}
