import { isObject, type Json, type JsonObject } from '../json.ts';
import { compile, expressionIn } from '../language/expression.ts';
import { references } from '../language/references.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Fields of a state in which `{% … %}` is an expression. */
const FIELDS = [
  ...[
    'Arguments',
    'Output',
    'Assign',
    'Items',
    'ItemSelector',
    'MaxConcurrency',
    'Seconds',
    'Timestamp',
    'Error',
    'Cause',
  ],
  ...['ToleratedFailureCount', 'ToleratedFailurePercentage', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
];

/** Parses every expression of a JSONata state and reports what Step Functions does not let it refer to. */
export function checkExpressions(state: JsonObject, path: string): Diagnostic[] {
  return [
    ...FIELDS.flatMap((field) => walk(state[field], `${path}/${field}`, false)),
    ...parts(state['Choices'], `${path}/Choices`, ['Condition', 'Output', 'Assign'], false),
    ...parts(state['Catch'], `${path}/Catch`, ['Output', 'Assign'], true),
  ];
}

function parts(list: Json | undefined, path: string, fields: readonly string[], catching: boolean): Diagnostic[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) =>
    isObject(item) ? fields.flatMap((field) => walk(item[field], `${path}[${index}]/${field}`, catching)) : [],
  );
}

function walk(value: Json | undefined, location: string, catching: boolean): Diagnostic[] {
  if (typeof value === 'string') return checkExpression(value, location, catching);
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${location}[${index}]`, catching));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => walk(item, `${location}/${key}`, catching));
}

function checkExpression(text: string, location: string, catching: boolean): Diagnostic[] {
  const expression = expressionIn(text);
  if (expression === undefined) return [];
  try {
    const tree = compile(expression).ast();
    return references(tree, catching).map((message) => finding('UNSUPPORTED_JSONATA_EXPRESSION', message, location));
  } catch (error) {
    // jsonata throws plain objects; Step Functions shows their message without the code.
    const { message } = Object(error);
    return [finding('INVALID_JSONATA_EXPRESSION', String(message ?? error), location)];
  }
}

function finding(code: string, message: string, location: string): Diagnostic {
  return { severity: 'ERROR', code, message, location };
}
