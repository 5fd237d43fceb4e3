import type { JsonPath } from '../json-source.ts';
import { elements, isObject, type Machine, type StateNode } from './machine.ts';
import type { Problem } from './problem.ts';

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

/** Retriers and catchers: `States.ALL` alone and last, names that exist, and none that an earlier one has taken. */
export function checkErrorHandlers({ states }: Machine): Problem[] {
  return states.flatMap((state) => ['Retry', 'Catch'].flatMap((field) => checkList(state, field)));
}

function checkList({ node, path }: StateNode, field: string): Problem[] {
  const entries = elements(node[field]);
  const taken = new Set<string>();
  return entries.flatMap(([index, entry]) => {
    const at = [...path, field, index, 'ErrorEquals'];
    const names = elements(isObject(entry) ? entry['ErrorEquals'] : undefined).map(([, name]) => String(name));
    const repeated = names.findIndex((name) => taken.has(name));
    for (const name of names) taken.add(name);
    return [
      ...(names.includes('States.ALL') && (names.length > 1 || index < entries.length - 1)
        ? [notAlone(at, field)]
        : []),
      ...names.flatMap((name, place) => unknownName(name, [...at, place])),
      ...(repeated < 0 ? [] : [neverMatches(names[repeated] ?? '', [...at, repeated], field)]),
    ];
  });
}

function notAlone(path: JsonPath, field: string): Problem {
  return {
    rule: 'schema-validation-failed',
    message: 'States.ALL must appear alone and at end of list',
    path,
    fix: `move it to an entry of its own, the last of ${field}`,
  };
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
