import type { JsonPath } from '../../json-source.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { missing, unsupportedFields } from './fields.ts';
import type { MachineNode, StateNode } from './machine.ts';
import { emptyValue, notOneOf, type Problem, schemaProblem, wrongType } from './problem.ts';
import { CATCHER_FIELDS, RETRIER_FIELDS } from './state-fields.ts';

/** Names of AWS's own that a Retry or Catch can meet. Source: developer guide, "Handling errors". */
const STATES_ERRORS = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/** The two lists of a state, and what their entries hold. */
const LISTS = [
  { field: 'Retry', known: RETRIER_FIELDS, required: ['ErrorEquals'] },
  { field: 'Catch', known: CATCHER_FIELDS, required: ['ErrorEquals', 'Next'] },
] as const;

/**
 * Retriers and catchers: their fields, `States.ALL` alone and last, and what AWS takes although it never applies: names
 * that do not exist, and names that an earlier entry has taken.
 */
export function checkErrorHandlers({ states }: MachineNode): Problem[] {
  return states.flatMap((state) => LISTS.flatMap((list) => checkList(state, list)));
}

function checkList({ node, path }: StateNode, { field, known, required }: (typeof LISTS)[number]): Problem[] {
  const list = node[field];
  if (list === undefined) return [];
  const at = [...path, field];
  if (!Array.isArray(list)) return [wrongType('ARRAY', at)];
  const shapes = list.flatMap((entry, index) =>
    isObject(entry)
      ? [
          ...unsupportedFields(entry, known, [...at, index]),
          ...missing(entry, required, [...at, index]),
          ...values(entry, [...at, index]),
        ]
      : [wrongType('OBJECT', [...at, index])],
  );
  return [...shapes, ...checkNames(list, field, at)];
}

function values({ ErrorEquals: errors, JitterStrategy: jitter, Next: next }: JsonObject, path: JsonPath): Problem[] {
  const at = [...path, 'ErrorEquals'];
  const problems: Problem[] = [];
  if (errors !== undefined && !Array.isArray(errors)) problems.push(wrongType('ARRAY', at));
  else if (errors?.length === 0) problems.push(emptyValue(at, 'name an error, or States.ALL'));
  else
    problems.push(
      ...(errors ?? []).flatMap((name, index) =>
        typeof name === 'string' ? [] : [wrongType('STRING', [...at, index])],
      ),
    );
  if (next !== undefined && typeof next !== 'string') problems.push(wrongType('STRING', [...path, 'Next']));
  if (jitter !== undefined && jitter !== 'NONE' && jitter !== 'FULL')
    problems.push(notOneOf(['NONE', 'FULL'], [...path, 'JitterStrategy']));
  return problems;
}

function checkNames(list: readonly Json[], field: string, path: JsonPath): Problem[] {
  const taken = new Set<string>();
  return list.flatMap((entry, index) => {
    const at = [...path, index, 'ErrorEquals'];
    const names = namesOf(entry);
    const repeated = names.findIndex((name) => taken.has(name));
    for (const name of names) taken.add(name);
    const all = names.indexOf('States.ALL');
    return [
      ...(all >= 0 && (names.length > 1 || index < list.length - 1) ? [notAlone([...at, all], field)] : []),
      ...names.flatMap((name, place) => unknownName(name, [...at, place])),
      ...(repeated < 0 ? [] : [neverMatches(names[repeated] ?? '', [...at, repeated], field)]),
    ];
  });
}

function namesOf(entry: Json): string[] {
  const names = isObject(entry) ? entry['ErrorEquals'] : undefined;
  return Array.isArray(names) ? names.map(String) : [];
}

function notAlone(path: JsonPath, field: string): Problem {
  const message = 'States.ALL must appear alone and at end of list';
  return schemaProblem(message, path, `move it to an entry of its own, the last of ${field}`);
}

/** `States.Http.…` carries a status code; the other names are a closed list. */
function unknownName(name: string, path: JsonPath): Problem[] {
  if (!name.startsWith('States.') || name.startsWith('States.Http.') || STATES_ERRORS.has(name)) return [];
  return [
    {
      rule: 'unknown-error-name',
      message: `The error name '${name}' is reserved and unknown: nothing ever fails with it`,
      path,
      fix: `name one of ${[...STATES_ERRORS].join(', ')}`,
    },
  ];
}

function neverMatches(name: string, path: JsonPath, field: string): Problem {
  return {
    rule: 'shadowed-error-name',
    message: `'${name}' is handled by an earlier entry of ${field}: this one never applies`,
    path,
    fix: 'remove one of the two',
  };
}
