import { expect, test } from '@jest/globals';
import { parseTimestamp } from '../../../local/step-functions/engine/timestamp.ts';
import { ExpressionError, evaluate } from '../../../local/step-functions/language/expression.ts';

const value = (expression: string, input: null | object = null) =>
  evaluate(expression, {
    states: { input: JSON.parse(JSON.stringify(input)), context: {} },
    variables: {},
    now: 1_700_000_000_123,
  });

test('the functions that Step Functions adds', async () => {
  expect(await value('$partition([1..5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
  expect(await value('$range(1, 9, 2)')).toEqual([1, 3, 5, 7, 9]);
  expect(await value('$range(3, 1, -1)')).toEqual([3, 2, 1]);
  expect(await value('$hash("input data", "SHA-1")')).toBe('aaff4a450a104cd177d28d18d74485e8cae074b7');
  expect(await value('$uuid()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await value('$parse("{\\"a\\":[1,null]}")')).toEqual({ a: [1, null] });
  expect(await value('$random(42) = $random(42)')).toBe(true);
  expect(await value('$random(42)')).toBe(0.7275636800328681);
});

test.each([
  ['$partition([1, 2, 3])', [[1, 2, 3]]],
  ['$partition([1, 2, 3, 4, 5], 2.9)', [[1, 2], [3, 4], [5]]],
  ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
  ['$range(5, 1, -1.5)', [5, 4, 3, 2, 1]],
  ['$range(0, 10, 3)', [0, 3, 6, 9]],
  ['$range(3, 3, 1)', 3],
  ['$range(-0.5, 0, 1)', 0],
  ['$count($range(1, 360145, 1))', 360_145],
  ['$hash("Hello", "MD5")', '8b1a9953c4611296a827abf8c47804d7'],
  ['$hash("Hello", "SHA-256")', '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969'],
  ['$hash("ñ", "MD5")', '94e9342ecbb1458b6043ecd3bfcbc192'],
  ['$random(0)', 0.730967787376657],
  ['$random(7.9) = $random(7)', true],
  ['$parse("1.0")', 1],
  ['$exists($parse("null"))', true],
  ['$map(["[1]", "[2]"], function($text) { $parse($text) })', [[1], [2]]],
])('%s', async (expression, expected) => {
  expect(await value(expression)).toEqual(expected);
});

test.each([
  '$partition($states.input.absent, 2)',
  '$partition([], 2)',
  '$partition([1, 2], 0)',
  '$partition([1, 2], -0.5)',
  '$range(5, 1, 1)',
  '$range(1, 5, 0)',
  '$range(1, 5)',
  '$hash("a")',
  '$parse()',
])('%s is nothing', async (expression) => {
  expect(await value(expression, {})).toBeUndefined();
});

test.each([
  ['$partition("a", 2)', '. T0412: Argument 1 of function "partition" must be an array of undefined'],
  ['$partition([1], "a")', '. T0410: Argument 2 of function "partition" does not match function signature'],
  ['$partition([1, 2], -1)', '. D3137: Second argument must be zero or greater'],
  ['$partition([1], 1, 1)', '. T0410: Argument 3 of function "partition" does not match function signature'],
  ['$range(1)', '. T0410: Argument 2 of function "range" does not match function signature'],
  ['$range("a", 2, 1)', '. T0410: Argument 1 of function "range" does not match function signature'],
  ['$range(1, 360146, 1)', ': Expression evaluation memory limit exceeded: Check for excessive memory usage'],
  ['$hash(42, "MD5")', '. T0410: Argument 1 of function "hash" does not match function signature'],
  ['$hash("a", "md5")', ". D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"],
  ['$random(1, 2)', '. T0410: Argument 2 of function "random" does not match function signature'],
  ['$uuid("a")', '. T0410: Argument 1 of function "uuid" does not match function signature'],
  ['$parse(null)', '. T0410: Argument 1 of function "parse" does not match function signature'],
  ['$parse("")', '. D3137: Invalid JSON'],
  ['$parse("[1] [2]")', '. D3137: Invalid JSON'],
  ['$parse("{\\"a\\":1,\\"a\\":2}")', '. D3137: Invalid JSON'],
  ['$parse("1e400")', '. D3137: Invalid JSON'],
])('%s fails', async (expression, problem) => {
  const failure: unknown = await value(expression).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ExpressionError);
  expect(Object(failure).message).toBe(`threw an error during evaluation${problem}`);
});

test('$eval is not there', async () => {
  await expect(value('$eval("1")')).rejects.toThrow(
    'threw an error during evaluation. T1006: Attempted to invoke a non-function',
  );
});

test("time is the clock's", async () => {
  expect(await value('$millis()')).toBe(1_700_000_000_123);
  expect(await value('$now()')).toBe('2023-11-14T22:13:20.123Z');
  expect(await value('$now("[Y0001]-[M01]-[D01]")')).toBe('2023-11-14');
});

test('what is no JSON becomes JSON', async () => {
  expect(await value('1/0')).toBe('Infinity');
  expect(await value('{"f": function($x){$x}, "n": null}')).toEqual({ n: null });
  expect(await value('$states.input.list.n', { list: [{ n: 1 }, { n: 2 }] })).toEqual([1, 2]);
});

test('recursion without end is stopped', async () => {
  await expect(value('($f := function($x){ 1 + $f($x + 1) }; $f(1))')).rejects.toThrow(ExpressionError);
});

test('timestamps are ISO-8601 with an offset, and days of the calendar', () => {
  expect(parseTimestamp('2016-12-05T21:29:29Z')).toBe(1_480_973_369_000);
  expect(parseTimestamp('2016-12-05T21:29:29.123456789+01:30')).toBe(1_480_967_969_123);
  expect(parseTimestamp('2016-12-05t21:29z')).toBe(1_480_973_340_000);
  for (const text of [
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2016-02-30T00:00:00Z',
    '2016-12-05T25:00:00Z',
    'soon',
  ])
    expect(parseTimestamp(text)).toBeUndefined();
});
