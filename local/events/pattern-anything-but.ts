import { entriesOf, isObject } from './pattern-document.ts';
import { PatternFault } from './pattern-fault.ts';
import { comparable, PatternNumber } from './pattern-number.ts';
import { compileWildcard } from './wildcard.ts';

type Test = (value: string | number | boolean | null) => boolean;

/** How a value in `{"anything-but": {<operator>: …}}` excludes, and what the engine says of a value that is no string. */
const nested: Readonly<Record<string, { excludes: (text: string) => (value: string) => boolean; fault: string }>> = {
  prefix: {
    excludes: affix((value, part) => value.startsWith(part)),
    fault: 'prefix/suffix match pattern must be a string',
  },
  suffix: {
    excludes: affix((value, part) => value.endsWith(part)),
    fault: 'prefix/suffix match pattern must be a string',
  },
  wildcard: { excludes: compileWildcard, fault: 'wildcard match pattern must be a string' },
  'equals-ignore-case': {
    excludes: (text) => (value) => value.toLowerCase() === text.toLowerCase(),
    fault: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  },
};

/** Compiles the operand of `anything-but`. A value of another type than the excluded ones matches: it is something else. */
export function anythingBut(operand: unknown): Test {
  if (isObject(operand)) return nestedAnythingBut(entriesOf(operand));
  requireListOrScalar(operand);
  const excluded = Array.isArray(operand) ? listOf(operand) : [excludedValue(operand)];
  return (value) => !excluded.some((one) => one === value);
}

function nestedAnythingBut([first, ...others]: [string, unknown][]): Test {
  if (!first) throw new PatternFault('Anything-But expression name not found');
  const [name, operand] = first;
  const operator = Object.hasOwn(nested, name) ? nested[name] : undefined;
  if (!operator) throw new PatternFault(`Unsupported anything-but pattern: ${name}`);
  requireListOrScalar(operand);
  const exclusions = (Array.isArray(operand) ? operand : [operand]).map((text: unknown) => {
    if (typeof text !== 'string') throw new PatternFault(operator.fault);
    return operator.excludes(text);
  });
  if (others.length > 0) throw new PatternFault('Too many elements in numeric expression');
  return (value) => typeof value !== 'string' || !exclusions.some((excludes) => excludes(value));
}

function affix(test: (value: string, part: string) => boolean) {
  return (part: string) => {
    if (part === '') throw new PatternFault('Null prefix/suffix not allowed');
    return (value: string) => test(value, part);
  };
}

function requireListOrScalar(operand: unknown): void {
  if (!Array.isArray(operand) && typeof operand !== 'string' && !(operand instanceof PatternNumber))
    throw new PatternFault('Value of anything-but must be an array or single string/number value.');
}

function excludedValue(value: unknown): string | number {
  if (typeof value === 'string') return value;
  if (value instanceof PatternNumber) return comparable(value);
  throw new PatternFault('Inside anything but list, start|null|boolean is not supported.');
}

function listOf(operands: readonly unknown[]): (string | number)[] {
  const values = operands.map(excludedValue);
  if (new Set(values.map((value) => typeof value)).size !== 1)
    throw new PatternFault(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  return values;
}
