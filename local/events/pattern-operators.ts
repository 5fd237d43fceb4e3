import { parseAddress, parseCidr } from './ip-address.ts';
import { anythingBut } from './pattern-anything-but.ts';
import { entriesOf, isObject } from './pattern-document.ts';
import { PatternFault } from './pattern-fault.ts';
import { PatternNumber } from './pattern-number.ts';
import { numericRange } from './pattern-numeric.ts';
import { compileWildcard } from './wildcard.ts';

/** A leaf of an event. */
export type Scalar = string | number | boolean | null;

/** What one element of a pattern's array asks: a test of a value that is there, or that there is none. */
export type Condition = ((value: Scalar) => boolean) | 'absent';

/**
 * Compiles one element of a pattern's array: a literal or a match expression such as `{"prefix": "a"}`.
 * Reasons of faults are those of EventBridge's engine.
 */
export function compileCondition(element: unknown): Condition {
  if (typeof element === 'string') return exactly(element);
  if (element === null || typeof element === 'boolean') return (value) => value === element;
  if (element instanceof PatternNumber) return (value) => value === element.value;
  if (!isObject(element)) throw new PatternFault('Match value must be String, number, true, false, or null');
  return compileExpression(entriesOf(element));
}

/** An address matches in whatever notation the event has it. */
function exactly(text: string): Condition {
  const address = parseAddress(text);
  if (address === undefined) return (value) => value === text;
  return (value) => typeof value === 'string' && (value === text || sameAddress(parseAddress(value), address));
}

function sameAddress(a: ReturnType<typeof parseAddress>, b: ReturnType<typeof parseAddress>): boolean {
  return a !== undefined && a.bits === b?.bits && a.value === b.value;
}

function compileExpression([first, ...others]: [string, unknown][]): Condition {
  if (!first) throw new PatternFault('Match expression name not found');
  const [name, operand] = first;
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!compile) throw new PatternFault(`Unrecognized match type ${name}`);
  const condition = compile(operand);
  if (others.length > 0)
    throw new PatternFault(
      name === 'numeric' || name === 'anything-but'
        ? 'Too many elements in numeric expression' // the engine's words for both
        : 'Only one key allowed in match expression',
    );
  return condition;
}

const operators: Readonly<Record<string, (operand: unknown) => Condition>> = {
  exactly: (operand) => {
    const text = stringOperand('exactly', operand, 'exact match pattern must be a string');
    return (value) => value === text;
  },
  prefix: (operand) => affix('prefix', operand, (value, part) => value.startsWith(part)),
  suffix: (operand) => affix('suffix', operand, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (operand) => {
    const wanted = fold(stringOperand('equals-ignore-case', operand));
    return onStrings((value) => fold(value) === wanted);
  },
  wildcard: (operand) => onStrings(compileWildcard(stringOperand('wildcard', operand))),
  numeric: numericRange,
  'anything-but': anythingBut,
  cidr: (operand) => {
    const contains = parseCidr(stringOperand('cidr', operand, 'prefix match pattern must be a string'));
    return onStrings((value) => contains(parseAddress(value)));
  },
  exists: (operand) => {
    if (typeof operand !== 'boolean') throw new PatternFault('exists match pattern must be either true or false.');
    return operand ? () => true : 'absent';
  },
};

function affix(name: string, operand: unknown, test: (value: string, part: string) => boolean): Condition {
  if (isObject(operand)) {
    const part = fold(ignoreCaseOperand(name, entriesOf(operand)));
    return onStrings((value) => test(fold(value), part));
  }
  const part = stringOperand(name, operand);
  return onStrings((value) => test(value, part));
}

function ignoreCaseOperand(name: string, [first, ...others]: [string, unknown][]): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  if (!first) throw new PatternFault(`${title} expression name not found`);
  if (first[0] !== 'equals-ignore-case') throw new PatternFault(`Unsupported ${name} pattern: ${first[0]}`);
  const text = stringOperand('equals-ignore-case', first[1]);
  if (others.length > 0) throw new PatternFault('Only one key allowed in match expression');
  return text;
}

function stringOperand(name: string, operand: unknown, fault = `${name} match pattern must be a string`): string {
  if (typeof operand !== 'string') throw new PatternFault(fault);
  return operand;
}

function onStrings(test: (value: string) => boolean): Condition {
  return (value) => typeof value === 'string' && test(value);
}

/** Case folding, a character at a time as the engine does it. */
export function fold(text: string): string {
  return text.toLowerCase();
}
