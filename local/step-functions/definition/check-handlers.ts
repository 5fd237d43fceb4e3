import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Diagnostic, schemaError } from './diagnostic.ts';
import { required, typeError, unknownFields } from './validate.ts';

const RETRIER = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const CATCHER = ['ErrorEquals', 'Next', 'Assign', 'Output', 'ResultPath', 'Comment'];

/** Lowest value of each number of a retrier. */
const LOWEST: Readonly<Record<string, number>> = {
  IntervalSeconds: 1,
  MaxAttempts: 0,
  BackoffRate: 1,
  MaxDelaySeconds: 1,
};

/** Checks Retry and Catch of a state. */
export function checkHandlers(state: JsonObject, path: string): Diagnostic[] {
  return [
    ...checkList(state, 'Retry', path, (retrier, place) => [
      ...unknownFields(retrier, RETRIER, place),
      ...required(retrier, ['ErrorEquals'], place),
      ...checkNumbers(retrier, place),
    ]),
    ...checkList(state, 'Catch', path, (catcher, place) => [
      ...unknownFields(catcher, CATCHER, place),
      ...required(catcher, ['ErrorEquals', 'Next'], place),
    ]),
  ];
}

function checkList(
  state: JsonObject,
  field: 'Retry' | 'Catch',
  path: string,
  check: (handler: JsonObject, place: string) => Diagnostic[],
): Diagnostic[] {
  const list = state[field];
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [typeError(field, 'array', path)];
  return list.flatMap((handler, index) => {
    const place = `${path}/${field}[${index}]`;
    if (!isObject(handler)) return [schemaError('Expected an object', place)];
    return [...check(handler, place), ...checkErrors(handler['ErrorEquals'], place, index === list.length - 1)];
  });
}

function checkErrors(errors: Json | undefined, place: string, last: boolean): Diagnostic[] {
  if (errors === undefined) return [];
  if (!Array.isArray(errors) || errors.length === 0 || errors.some((error) => typeof error !== 'string'))
    return [schemaError('Expected a non-empty array of strings', `${place}/ErrorEquals`)];
  if (!errors.includes('States.ALL') || (errors.length === 1 && last)) return [];
  return [schemaError("'States.ALL' must appear alone, and in the last Retrier or Catcher", `${place}/ErrorEquals`)];
}

function checkNumbers(retrier: JsonObject, place: string): Diagnostic[] {
  const findings = Object.entries(LOWEST)
    .filter(([field, lowest]) => retrier[field] !== undefined && !(Number(retrier[field]) >= lowest))
    .map(([field, lowest]) => schemaError(`Value must be a number of at least ${lowest}`, `${place}/${field}`));
  const jitter = retrier['JitterStrategy'];
  if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE')
    findings.push(schemaError('Value is not valid. Allowed: FULL, NONE', `${place}/JitterStrategy`));
  return findings;
}
