import { StateError } from '../engine/state-error.ts';
import { type Json, type JsonObject, typeName } from '../json.ts';
import { ExpressionError, evaluate, expressionIn, type Scope } from './expression.ts';

/**
 * Evaluates a field of a state: every string `{% … %}` in it is replaced by its value.
 *
 * @param field where the value stands, as error messages name it: `Output`, `Assign/result`, `Choices[0]/Condition`
 * @throws StateError `States.QueryEvaluationError`
 */
export async function evaluateTemplate(template: Json, field: string, scope: Scope): Promise<Json> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateExpression(expression, field, scope);
  }
  if (Array.isArray(template)) {
    const values: Json[] = [];
    for (const [index, item] of template.entries())
      values.push(await evaluateTemplate(item, `${field}[${index}]`, scope));
    return values;
  }
  if (template === null || typeof template !== 'object') return template;
  const values: JsonObject = {};
  for (const [key, item] of Object.entries(template))
    values[key] = await evaluateTemplate(item, `${field}/${key}`, scope);
  return values;
}

/** A field that has to have one type. */
export async function evaluateTyped<T extends Json>(
  template: Json,
  field: string,
  scope: Scope,
  expected: string,
  accepts: (value: Json) => value is T,
): Promise<T> {
  const value = await evaluateTemplate(template, field, scope);
  if (accepts(value)) return value;
  const expression = typeof template === 'string' ? expressionIn(template) : undefined;
  throw evaluationError(
    `The JSONata expression '${expression ?? JSON.stringify(template)}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

export const isNumber = (value: Json): value is number => typeof value === 'number';
export const isString = (value: Json): value is string => typeof value === 'string';
export const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
export const isArray = (value: Json): value is Json[] => Array.isArray(value);

async function evaluateExpression(expression: string, field: string, scope: Scope): Promise<Json> {
  const about = `The JSONata expression '${expression}' specified for the field '${field}'`;
  try {
    const value = await evaluate(expression, scope);
    if (value !== undefined) return value;
  } catch (error) {
    if (error instanceof ExpressionError) throw evaluationError(`${about} ${error.message}`, field);
    throw error;
  }
  throw evaluationError(`${about} returned nothing (undefined).`, field);
}

/** @param location the field, when the service names one */
export function evaluationError(problem: string, location?: string): StateError {
  return new StateError('States.QueryEvaluationError', problem, { evaluation: { ...(location && { location }) } });
}
