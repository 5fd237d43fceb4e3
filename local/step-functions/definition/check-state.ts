import { integrationOf } from '../integrations/catalogue.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkHandlers } from './check-handlers.ts';
import { type Diagnostic, schemaError } from './diagnostic.ts';
import { leadsOn, STATE_FIELDS } from './fields.ts';
import { checkPathTemplates } from './path-templates.ts';
import { type Context, checkSubList, required, typeError, unknownFields } from './validate.ts';

/** Checks one state and everything in it. */
export function checkState(state: JsonObject, path: string, context: Context): Diagnostic[] {
  const { Type: type } = state;
  if (type === undefined) return required(state, ['Type'], path);
  const fields = typeof type === 'string' && Object.hasOwn(STATE_FIELDS, type) ? STATE_FIELDS[type] : undefined;
  if (!fields || typeof type !== 'string')
    return [schemaError(`Value is not valid. Allowed: ${Object.keys(STATE_FIELDS).join(', ')}`, `${path}/Type`)];
  const { findings, language } = checkLanguage(state, path, context);
  const [known, foreign] =
    language === 'JSONata' ? [fields.jsonata, fields.jsonpath] : [fields.jsonpath, fields.jsonata];
  findings.push(
    ...unknownFields(state, [...fields.common, ...known, ...foreign], path),
    ...foreignFields(
      state,
      foreign.filter((field) => !fields.common.includes(field)),
      language,
      path,
    ),
    ...required(state, fields.required, path),
    ...checkFlow(state, type, path),
    ...checkHandlers(state, path),
    ...(language === 'JSONata' ? checkExpressions(state, path) : checkPathTemplates(state, path)),
    ...(CHECKS[type]?.(state, path, context) ?? []),
  );
  return findings;
}

function checkLanguage(state: JsonObject, path: string, context: Context) {
  const findings: Diagnostic[] = [];
  const { QueryLanguage: own } = state;
  if (own !== undefined && own !== 'JSONata' && own !== 'JSONPath')
    findings.push(
      schemaError("Value is not valid. Only 'JSONPath' and 'JSONata' are allowed", `${path}/QueryLanguage`),
    );
  if (own === 'JSONPath' && context.machineLanguage === 'JSONata')
    findings.push(
      schemaError("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", path),
    );
  const language: Context['language'] = own === 'JSONata' || own === 'JSONPath' ? own : context.language;
  return { findings, language };
}

function foreignFields(state: JsonObject, foreign: readonly string[], language: string, path: string): Diagnostic[] {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  return foreign
    .filter((field) => state[field] !== undefined)
    .map((field) =>
      schemaError(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
        path,
      ),
    );
}

function checkFlow(state: JsonObject, type: string, path: string): Diagnostic[] {
  const { Next: next, End: end } = state;
  if (!leadsOn(type)) return [];
  if (next !== undefined && typeof next !== 'string') return [typeError('Next', 'string', path)];
  if (end !== undefined && typeof end !== 'boolean') return [typeError('End', 'boolean', path)];
  if (next !== undefined && end === true)
    return [schemaError("These fields are mutually exclusive: 'Next' and 'End'. Only one can be set", path)];
  return next === undefined && end !== true
    ? [schemaError("Missing transition: one of 'Next' or 'End' must be set", path)]
    : [];
}

type Check = (state: JsonObject, path: string, context: Context) => Diagnostic[];

const CHECKS: Readonly<Record<string, Check>> = {
  Task: checkTask,
  Choice: checkChoice,
  Wait: checkWait,
  Parallel: checkParallel,
  Map: checkMap,
};

function checkTask(state: JsonObject, path: string, { kind }: Context): Diagnostic[] {
  const { Resource: resource, Credentials: credentials } = state;
  const findings: Diagnostic[] = [];
  if (isObject(credentials)) {
    if (credentials['RoleArn'] === undefined && credentials['RoleArn.$'] === undefined)
      findings.push(...required(credentials, ['RoleArn'], `${path}/Credentials`));
  } else if (credentials !== undefined) findings.push(typeError('Credentials', 'object', path));
  if (resource === undefined) return findings;
  if (typeof resource !== 'string') return [...findings, typeError('Resource', 'string', path)];
  return [...findings, ...checkResource(resource, `${path}/Resource`, kind)];
}

function checkResource(resource: string, location: string, kind: Context['kind']): Diagnostic[] {
  const known = integrationOf(resource);
  if (!known)
    return [
      schemaError(
        `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
        location,
      ),
    ];
  if (kind === 'STANDARD' || !('pattern' in known) || known.pattern === 'requestResponse') return [];
  return [schemaError(`Express state machine does not support '.${known.pattern}' service integration`, location)];
}

function checkChoice(state: JsonObject, path: string): Diagnostic[] {
  const { Choices: choices } = state;
  if (choices === undefined) return [];
  if (!Array.isArray(choices)) return [typeError('Choices', 'array', path)];
  if (choices.length === 0) return [schemaError('Choices must not be empty', `${path}/Choices`)];
  return choices.flatMap((rule: Json, index) => {
    const place = `${path}/Choices[${index}]`;
    return isObject(rule) ? required(rule, ['Next'], place) : [schemaError('Expected an object', place)];
  });
}

const WAITS = ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'];

function checkWait(state: JsonObject, path: string): Diagnostic[] {
  const given = WAITS.filter((field) => state[field] !== undefined);
  if (given.length === 1) return [];
  return [
    schemaError(
      `Exactly one of these fields must be set: ${WAITS.join(', ')}; found ${given.join(', ') || 'none'}`,
      path,
    ),
  ];
}

function checkParallel(state: JsonObject, path: string, context: Context): Diagnostic[] {
  const { Branches: branches } = state;
  if (branches === undefined) return [];
  if (!Array.isArray(branches)) return [typeError('Branches', 'array', path)];
  if (branches.length === 0) return [schemaError('Branches must not be empty', `${path}/Branches`)];
  return branches.flatMap((branch, index) => checkSubList(branch, `${path}/Branches[${index}]`, context));
}

function checkMap(state: JsonObject, path: string, context: Context): Diagnostic[] {
  const field = state['ItemProcessor'] === undefined && state['Iterator'] !== undefined ? 'Iterator' : 'ItemProcessor';
  const processor = state[field];
  if (processor === undefined) return required(state, ['ItemProcessor'], path);
  return checkSubList(processor, `${path}/${field}`, context);
}
