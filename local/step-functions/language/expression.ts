import jsonata from 'jsonata';
import type { Json, JsonObject } from '../json.ts';
import { FUNCTIONS, FunctionError } from './functions.ts';

/** What expressions of one state see. */
export interface Scope {
  /** `$states`: input, context, and result or errorOutput where they exist. */
  states: { input: Json; context: object; result?: Json; errorOutput?: Json };
  /** The workflow's variables, without `$`. */
  variables: JsonObject;
  /** Epoch milliseconds for `$now` and `$millis`. */
  now: number;
}

/** An expression that cannot be evaluated; `message` continues the sentence "… specified for the field 'X' ". */
export class ExpressionError extends Error {}

/** Longest evaluation. Step Functions documents one second; a laptop under load gets more, to fail only what does not end. */
const EVALUATION_TIMEOUT_MS = 5_000;
/** Deepest nesting of an evaluation: the service refuses an expression that nests deeper than 100 levels. */
const EVALUATION_DEPTH = 100;

const OPTIONS = { timeout: EVALUATION_TIMEOUT_MS, stack: EVALUATION_DEPTH };

const compiled = new Map<string, jsonata.Expression>();

/** The text between `{%` and `%}`, or undefined when the string is no expression. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** Compiles an expression, once for each text. Throws jsonata's own error (`code`, `message`) when it does not parse. */
export function compile(text: string): jsonata.Expression {
  let expression = compiled.get(text);
  if (!expression) {
    expression = jsonata(text, OPTIONS);
    for (const [name, run] of Object.entries(FUNCTIONS)) expression.registerFunction(name, run);
    compiled.set(text, expression);
  }
  return expression;
}

/** The value of an expression as plain JSON; undefined when it returns nothing. Throws `ExpressionError`. */
export async function evaluate(text: string, scope: Scope): Promise<Json | undefined> {
  try {
    return plain(await compile(text).evaluate(undefined, bindings(scope)));
  } catch (error) {
    throw new ExpressionError(problem(error), { cause: error });
  }
}

function bindings(scope: Scope): Record<string, unknown> {
  return {
    eval: undefined, // Step Functions has no $eval: calling it is calling a non-function
    millis: () => scope.now,
    now: (picture?: string, timezone?: string) =>
      compile('$fromMillis($at, $picture, $timezone)').evaluate(undefined, { at: scope.now, picture, timezone }),
    ...scope.variables,
    states: scope.states,
  };
}

/** jsonata's sequences and functions are no JSON; numbers that JSON cannot hold become text, as in the service. */
function plain(value: unknown): Json | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const json = plain(item);
    if (json !== undefined) copy[key] = json;
  }
  return copy;
}

/** jsonata throws plain objects with a code and a message. */
function problem(error: unknown): string {
  const start = 'threw an error during evaluation';
  if (error instanceof FunctionError) return `${start}: ${error.message}`;
  const { code, message } = Object(error);
  if (code === 'D1011' || error instanceof RangeError)
    return `${start}: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive`;
  if (code === 'D1012') return `${start}: Expression evaluation timeout: Check for infinite loop`;
  return code ? `${start}. ${code}: ${message}` : `${start}: ${message}`;
}
