import { OPERATORS, type Operator } from './condition-operators.ts';
import type { Matcher } from './pattern.ts';
import { listOf, type PolicyStatement } from './policy.ts';
import { isKnownKey, type RequestContext } from './request-context.ts';

/** Whether all conditions of a statement hold for a request. */
export type ConditionTest = (context: RequestContext) => boolean;

/**
 * Compiles the `Condition` of a statement.
 * @param fail throws the error that names policy and statement
 */
export function compileCondition(
  condition: PolicyStatement['Condition'],
  variables: boolean,
  fail: (problem: string) => never,
): ConditionTest | undefined {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => one(operator, key.toLowerCase(), listOf(values), variables, fail)),
  );
  if (tests.length === 0) return undefined;
  return (context) => tests.every((test) => test(context));
}

type Scalar = string | number | boolean;

function one(
  spelling: string,
  key: string,
  values: readonly Scalar[],
  variables: boolean,
  fail: (problem: string) => never,
): ConditionTest {
  const { quantifier, name, ifExists } = parseOperator(spelling);
  if (!isKnownKey(key)) fail(`condition key ${key} is not known`);
  if (name === 'Null' && !ifExists) return nullTest(key, values);
  const operator = OPERATORS.get(name);
  if (!operator) return fail(`condition operator ${spelling} is not known`);
  const matchers = values.map((value) => compileValue(operator, String(value), variables, spelling, fail));
  return quantified(quantifier, key, operator.negated, ifExists, matchers);
}

function parseOperator(spelling: string) {
  const [, quantifier, rest = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/s.exec(spelling) ?? [];
  const ifExists = rest.endsWith('IfExists');
  return { quantifier, name: ifExists ? rest.slice(0, -'IfExists'.length) : rest, ifExists };
}

function compileValue(
  operator: Operator,
  value: string,
  variables: boolean,
  spelling: string,
  fail: (problem: string) => never,
): Matcher {
  return operator.compile(value, variables) ?? fail(`${JSON.stringify(value)} is no value for ${spelling}`);
}

function quantified(
  quantifier: string | undefined,
  key: string,
  negated: boolean,
  ifExists: boolean,
  matchers: readonly Matcher[],
): ConditionTest {
  const matches = (value: string, context: RequestContext) =>
    matchers.some((matcher) => matcher(value, context)) !== negated;
  return (context) => {
    const actual = context.get(key);
    if (actual === undefined && ifExists) return true;
    const values = listOf(actual);
    if (quantifier === 'ForAllValues') return values.every((value) => matches(value, context));
    if (quantifier === 'ForAnyValue') return values.some((value) => matches(value, context));
    // Without a quantifier a negated operator holds when no value matches, also when there is none.
    return negated ? values.every((value) => matches(value, context)) : values.some((value) => matches(value, context));
  };
}

function nullTest(key: string, values: readonly Scalar[]): ConditionTest {
  const wanted = values.map((value) => String(value) === 'true');
  return (context) => wanted.includes(listOf(context.get(key)).length === 0);
}
