import { PatternFault } from './pattern-fault.ts';
import { comparable, PatternNumber } from './pattern-number.ts';

type Comparison = (value: number) => boolean;

const comparisons: Readonly<Record<string, { name: string; with: (bound: number) => Comparison }>> = {
  '=': { name: 'equals', with: (bound) => (value) => value === bound },
  '<': { name: '<', with: (bound) => (value) => value < bound },
  '<=': { name: '<=', with: (bound) => (value) => value <= bound },
  '>': { name: '>', with: (bound) => (value) => value > bound },
  '>=': { name: '>=', with: (bound) => (value) => value >= bound },
};

/** Compiles the operand of `numeric`: `["=", 5]`, `[">", 0]` or a range from its bottom, `[">=", 0, "<", 5]`. */
export function numericRange(operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw new PatternFault('Value of numeric must be an array.');
  const tests = comparisonsOf(operand);
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function comparisonsOf([operator, bound, ...rest]: unknown[]): Comparison[] {
  if (typeof operator !== 'string') throw new PatternFault(`Invalid member in numeric match: ${textOf(operator)}`);
  const comparison = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (!comparison) throw new PatternFault(`Unrecognized numeric range operator: ${operator}`);
  if (!(bound instanceof PatternNumber)) throw new PatternFault(`Value of ${comparison.name} must be numeric`);
  if (rest.length === 0) return [comparison.with(comparable(bound))];
  if (!operator.startsWith('>')) throw new PatternFault('Too many elements in numeric expression');
  const upper = upperBound(bound, rest);
  return [comparison.with(bound.value), upper];
}

/** The upper end of a range; the engine looks at the values of both ends when it knows their form. */
function upperBound(bottom: PatternNumber, [operator, top, ...rest]: unknown[]): Comparison {
  if (typeof operator !== 'string') throw new PatternFault(`Bad value in numeric range: ${textOf(operator)}`);
  const comparison = operator === '<' || operator === '<=' ? comparisons[operator] : undefined;
  if (!comparison) throw new PatternFault(`Bad numeric range operator: ${operator}`);
  if (!(top instanceof PatternNumber)) throw new PatternFault(`Value of ${operator} must be numeric`);
  if (rest.length > 0) throw new PatternFault('Too many terms in numeric range expression');
  if (comparable(bottom) >= comparable(top)) throw new PatternFault('Bottom must be less than top');
  return comparison.with(top.value);
}

/** How the engine shows what stands where an operator should: a value's text, or the bracket that begins or ends it. */
function textOf(value: unknown): string {
  if (value === undefined) return ']';
  if (Array.isArray(value)) return '[';
  if (value instanceof PatternNumber) return value.text;
  return typeof value === 'object' && value !== null ? '{' : String(value);
}
