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
