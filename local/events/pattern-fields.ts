import { isObject } from './pattern-document.ts';
import { PatternFault } from './pattern-fault.ts';
import { type Condition, compileCondition } from './pattern-operators.ts';
import { checkComplexity } from './wildcard-complexity.ts';

/** One way to match: all named fields must. Keys are paths joined by dots (`detail.state`). */
export type Alternative = ReadonlyMap<string, readonly Condition[]>;

/** Names that cannot be fields inside `$or`: the engine keeps them for operators, today's and future ones. */
const RESERVED_IN_OR = new Set(
  [
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard',
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range',
    'ip-address-in-range ip-address-not-in-range',
  ].flatMap((names) => names.split(' ')),
);

/**
 * Turns a pattern into its alternatives: `$or` multiplies them, everything else adds a field to each.
 * A pattern without `$or` has one.
 */
export function flattenPattern(pattern: Record<string, unknown>): Alternative[] {
  return withObject([new Map()], [], pattern, false);
}

function withObject(
  alternatives: Alternative[],
  path: readonly string[],
  object: Record<string, unknown>,
  insideOr: boolean,
): Alternative[] {
  const entries = Object.entries(object);
  if (entries.length === 0) throw new PatternFault('Empty objects are not allowed');
  return entries.reduce((soFar, [name, value]) => {
    if (name === '$or') return withOr(soFar, path, value);
    if (insideOr && RESERVED_IN_OR.has(name))
      throw new PatternFault(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    return withField(soFar, [...path, name], value, insideOr);
  }, alternatives);
}

function withField(alternatives: Alternative[], path: readonly string[], value: unknown, insideOr: boolean) {
  if (Array.isArray(value)) return withConditions(alternatives, path.join('.'), value);
  if (isObject(value)) return withObject(alternatives, path, value, insideOr);
  throw new PatternFault(`"${path.at(-1)}" must be an object or an array`);
}

function withConditions(alternatives: Alternative[], name: string, values: unknown[]): Alternative[] {
  const conditions = values.map(compileCondition);
  if (conditions.length === 0) throw new PatternFault('Empty arrays are not allowed');
  checkComplexity(values);
  return alternatives.map((alternative) => new Map(alternative).set(name, conditions));
}

function withOr(alternatives: Alternative[], path: readonly string[], choices: unknown): Alternative[] {
  if (!Array.isArray(choices)) throw new PatternFault('It must be an Array followed with $or.');
  const multiplied = choices.flatMap((choice: unknown) => {
    if (!isObject(choice)) throw new PatternFault('Only JSON object is allowed in array of $or relationship.');
    return withObject(alternatives, path, choice, true);
  });
  if (choices.length < 2) throw new PatternFault('There must have at least 2 Objects in $or relationship.');
  return multiplied;
}
