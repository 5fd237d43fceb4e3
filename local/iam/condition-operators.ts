import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { compileArn, compilePattern, type Matcher } from './pattern.ts';

/** One condition operator without `…IfExists` and without a quantifier. */
export interface Operator {
  /** The condition holds when no value of the policy matches. */
  negated: boolean;
  /** Compiles one value of the policy; undefined when it is no value for this operator. */
  compile(value: string, variables: boolean): Matcher | undefined;
}

/** Every operator of the IAM reference but `Null`, which asks about the key itself. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...withNegation('StringEquals', 'StringNotEquals', (value, variables) =>
    compilePattern(value, { wildcards: false, variables }),
  ),
  ...withNegation('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', (value, variables) =>
    compilePattern(value, { wildcards: false, variables, ignoreCase: true }),
  ),
  ...withNegation('StringLike', 'StringNotLike', (value, variables) =>
    compilePattern(value, { wildcards: true, variables }),
  ),
  // AWS documents ArnEquals and ArnLike as the same comparison.
  ...withNegation('ArnEquals', 'ArnNotEquals', compileArn),
  ...withNegation('ArnLike', 'ArnNotLike', compileArn),
  ...withNegation(
    'NumericEquals',
    'NumericNotEquals',
    numeric((actual, value) => actual === value),
  ),
  operator(
    'NumericLessThan',
    numeric((actual, value) => actual < value),
  ),
  operator(
    'NumericLessThanEquals',
    numeric((actual, value) => actual <= value),
  ),
  operator(
    'NumericGreaterThan',
    numeric((actual, value) => actual > value),
  ),
  operator(
    'NumericGreaterThanEquals',
    numeric((actual, value) => actual >= value),
  ),
  ...withNegation(
    'DateEquals',
    'DateNotEquals',
    date((actual, value) => actual === value),
  ),
  operator(
    'DateLessThan',
    date((actual, value) => actual < value),
  ),
  operator(
    'DateLessThanEquals',
    date((actual, value) => actual <= value),
  ),
  operator(
    'DateGreaterThan',
    date((actual, value) => actual > value),
  ),
  operator(
    'DateGreaterThanEquals',
    date((actual, value) => actual >= value),
  ),
  operator('Bool', (value) => bool(value)),
  operator('BinaryEquals', (value) => (actual) => actual === value),
  ...withNegation('IpAddress', 'NotIpAddress', (value) => addressRange(value)),
]);

type Compile = Operator['compile'];

function operator(name: string, compile: Compile): [string, Operator] {
  return [name, { negated: false, compile }];
}

function withNegation(name: string, negation: string, compile: Compile): [string, Operator][] {
  return [operator(name, compile), [negation, { negated: true, compile }]];
}

type Compare = (actual: number, value: number) => boolean;

function numeric(compare: Compare): Compile {
  return comparison(compare, (text) => (text.trim() === '' ? Number.NaN : Number(text)));
}

function date(compare: Compare): Compile {
  return comparison(compare, (text) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)));
}

function comparison(compare: Compare, read: (text: string) => number): Compile {
  return (text) => {
    const value = read(text);
    if (Number.isNaN(value)) return undefined;
    return (actual) => compare(read(actual), value); // NaN compares false
  };
}

function bool(text: string): Matcher | undefined {
  const value = text.toLowerCase();
  if (value !== 'true' && value !== 'false') return undefined;
  return (actual) => actual.toLowerCase() === value;
}

function addressRange(text: string): Matcher | undefined {
  const [address = '', bits] = text.split('/');
  const family = familyOf(address);
  if (!family) return undefined;
  const length = bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (family === 'ipv4' ? 32 : 128)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, length, family);
  return (actual) => {
    const actualFamily = familyOf(actual);
    return actualFamily !== undefined && range.check(actual, actualFamily);
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}
