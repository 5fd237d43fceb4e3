import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExpressionParser, rememberParsed } from '../../../local/dynamodb/parsed-expressions.ts';

const require = createRequire(import.meta.url);
const KINDS = ['condition', 'update', 'projection'] as const;
const parserOf = (kind: string): ExpressionParser => require(`dynalite/db/${kind}Parser`);

/** dynalite's own check of names and its order of values. */
const { isReserved, compare } = { isReserved: (name: string) => name.toUpperCase() === 'STATUS', compare: () => false };

function contextOf(names: object | undefined, values: object | undefined) {
  const all = (members = {}) => Object.fromEntries(Object.keys(members).map((name) => [name, true as const]));
  return {
    ...(names && { attrNames: { ...names } }),
    ...(values && { attrVals: { ...values } }),
    unusedAttrNames: all(names),
    unusedAttrVals: all(values),
    ...{ isReserved, compare },
  };
}

type Context = ReturnType<typeof contextOf>;

/** What came of it, with what is left in the context. */
function outcome(parse: ExpressionParser['parse'], text: string, context: Context) {
  try {
    return { tree: parse(text, { context }), context };
  } catch (error) {
    return { thrown: Object(error).message };
  }
}

const NAMES = { '#s': 'status', '#p': 'payload' };
const value = fc.oneof(
  fc.string().map((S) => ({ S })),
  fc.integer().map((N) => ({ N: String(N) })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.array(fc.string().map((S) => ({ S }))).map((L) => ({ L })),
);
const values = fc.record({ ':a': value, ':b': value });
const path = fc.constantFrom('a', 'a.b', 'list[2]', '#s', '#p.inner', 'status', '#unknown');
const operand = fc.oneof(path, fc.constantFrom(':a', ':b', ':c'));
const comparison = fc
  .tuple(operand, fc.constantFrom('=', '<>', '<', '>='), operand)
  .map(([left, operator, right]) => `${left} ${operator} ${right}`);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    comparison,
    path.map((at) => `attribute_not_exists(${at})`),
    fc.tuple(operand, operand).map(([at, with_]) => `begins_with(${at}, ${with_})`),
    fc.tuple(path, operand, operand).map(([at, from, to]) => `${at} BETWEEN ${from} AND ${to}`),
    fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map((words) => words.join(' ')),
    tie('condition').map((inner) => `NOT (${inner})`),
  ),
}));
const update = fc
  .array(
    fc.tuple(
      path,
      fc.oneof(
        operand,
        operand.map((more) => `a + ${more}`),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((assignments) => `SET ${assignments.map(([at, to]) => `${at} = ${to}`).join(', ')} REMOVE gone`);
const projection = fc.array(path, { minLength: 1, maxLength: 3 }).map((paths) => paths.join(', '));
const EXPRESSIONS = { condition, update, projection };

describe.each(KINDS)('%s expressions', (kind) => {
  test('parsed again with other values are what the parser makes of them', () => {
    const plain = parserOf(kind).parse;
    fc.assert(
      fc.property(EXPRESSIONS[kind], fc.array(values, { minLength: 2, maxLength: 4 }), (text, calls) => {
        const remembering = { parse: plain };
        rememberParsed(remembering);
        for (const given of calls)
          expect(outcome(remembering.parse, text, contextOf(NAMES, given))).toEqual(
            outcome(plain, text, contextOf(NAMES, given)),
          );
      }),
      { numRuns: 300 },
    );
  });
});

test('the parser works once for what it can remember, and nobody changes what another gets', () => {
  const parse = jest.fn(parserOf('condition').parse);
  const remembering: ExpressionParser = { parse };
  rememberParsed(remembering);
  rememberParsed(remembering);
  const parsed = (S: string) =>
    Object(remembering.parse('a = :a AND b = :a', { context: contextOf(undefined, { ':a': { S } }) }));
  const first = parsed('one');
  first.expression.type = 'or';
  expect(parsed('two').expression).toMatchObject({ type: 'and', args: [{ args: [['a'], { S: 'two' }] }, {}] });
  expect(parse).toHaveBeenCalledTimes(1);
});
