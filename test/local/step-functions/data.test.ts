import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = new Fixture();
});
afterEach(() => fixture.close());

const item = (output?: object | string) => ({
  StartAt: 'Item',
  States: { Item: { Type: 'Pass', ...(output !== undefined && { Output: output }), End: true } },
});

/** Runs a machine whose first state is `state`; `Done` is there to lead to. */
async function run(state: object, input: unknown = {}, more: object = {}) {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'S', States: { S: state, ...more } };
  const arn = await fixture.run(definition, input);
  const { status, output, error, cause } = await fixture.ended(arn);
  return { status, ...(output !== undefined && { output: JSON.parse(output) }), error, cause };
}

test.each([[null], [true], [0], [0.1], [''], [[]], [{}], [['a', { b: null }]]])(
  'an Output may be any JSON: %j',
  async (output) => {
    expect(await run({ Type: 'Pass', Output: output, End: true })).toMatchObject({ status: 'SUCCEEDED', output });
  },
);

test('strings keep their escapes, and what only contains an expression is text', async () => {
  const output = { 'k"\\': '\u00e9"\\\n', text: 'a {% 1 %} b', quoted: '{% \'"\' & "\'" %}' };
  expect(await run({ Type: 'Pass', Output: output, End: true })).toMatchObject({
    output: { 'k"\\': 'é"\\\n', text: 'a {% 1 %} b', quoted: '"\'' },
  });
});

test('all of Assign is evaluated with the values from before', async () => {
  const swap = { Type: 'Pass', Assign: { x: '{% $a %}', nextX: '{% $x %}' }, Next: 'End' };
  const end = { Type: 'Succeed', Output: { x: '{% $x %}', nextX: '{% $nextX %}' } };
  const first = { Type: 'Pass', Assign: { x: 3, a: 6 }, Next: 'Swap' };
  expect(await run(first, {}, { Swap: swap, End: end })).toMatchObject({ output: { x: 6, nextX: 3 } });
});

test('a Map without items', async () => {
  expect(await run({ Type: 'Map', Items: [], ItemProcessor: item(), End: true })).toMatchObject({ output: [] });
});

test('an ItemSelector sees the item, its index and where it comes from, and the variables', async () => {
  const selector = {
    index: '{% $states.context.Map.Item.Index %}',
    value: '{% $states.context.Map.Item.Value * $factor %}',
    source: '{% $states.context.Map.Item.Source %}',
    all: '{% $states.input.list %}',
  };
  const map = {
    Type: 'Map',
    Items: '{% $states.input.list %}',
    ItemSelector: selector,
    ItemProcessor: item(),
    End: true,
  };
  expect(await run({ Type: 'Pass', Assign: { factor: 10 }, Next: 'M' }, { list: [1, 2] }, { M: map })).toMatchObject({
    output: [
      { index: 0, value: 10, source: 'STATE_DATA', all: [1, 2] },
      { index: 1, value: 20, source: 'STATE_DATA', all: [1, 2] },
    ],
  });
});

test('variables of iterations end with them', async () => {
  const inner = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Assign: { own: '{% $outer + $states.input %}' }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% $own %}', End: true },
    },
  };
  const map = { Type: 'Map', Items: [1, 2], ItemProcessor: inner, Assign: { sums: '{% $states.result %}' }, Next: 'E' };
  const end = { Type: 'Succeed', Output: { sums: '{% $sums %}', own: '{% $exists($own) %}' } };
  expect(await run({ Type: 'Pass', Assign: { outer: 5 }, Next: 'M' }, {}, { M: map, E: end })).toMatchObject({
    output: { sums: [6, 7], own: false },
  });
});

test('Arguments of a Parallel are the input of its branches', async () => {
  const parallel = { Type: 'Parallel', Arguments: { a: '{% $states.input.x + 1 %}' }, Branches: [item()], End: true };
  expect(await run(parallel, { x: 1 })).toMatchObject({ output: [{ a: 2 }] });
});

test.each([
  ['Seconds', { Type: 'Wait', Seconds: "{% '1' %}", End: true }, 'number', 'string', '"1"'],
  ['Timestamp', { Type: 'Wait', Timestamp: '{% 1 %}', End: true }, 'string', 'number', '1'],
  ['Error', { Type: 'Fail', Error: '{% 1 %}' }, 'string', 'number', '1'],
  ['Cause', { Type: 'Fail', Cause: '{% [1] %}' }, 'string', 'array', '[1]'],
  [
    'MaxConcurrency',
    { Type: 'Map', MaxConcurrency: '{% {} %}', ItemProcessor: item(), End: true },
    'number',
    'object',
    '{}',
  ],
  [
    'Choices[0]/Condition',
    { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'S' }], Default: 'D' },
    'boolean',
    'number',
    '1',
  ],
])('%s has one type', async (field, state, expected, found, value) => {
  const answer = await run(state, [], field.startsWith('Choices') ? { D: { Type: 'Succeed' } } : {});
  const ending = `specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${found}' for value: ${value}`;
  expect(answer).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining(ending) });
});

test('one Assign holds at most 256 KiB, its variables together', async () => {
  const assign = { Type: 'Pass', Assign: { a: '{% $states.input.text %}', b: '{% $states.input.text %}' }, End: true };

  expect(await run(assign, { text: 'a'.repeat(130_000) })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await run(assign, { text: 'a'.repeat(132_000) })).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
    cause: "The state 'S' assigns variables with a size exceeding the maximum number of bytes service limit.",
  });
});

test('the variables of an execution hold at most 10 MiB, those of its iterations included', async () => {
  const states = {
    First: { Type: 'Pass', Assign: { first: '{% $states.input %}' }, Next: 'Second' },
    Second: { Type: 'Pass', Assign: { second: '{% $first %}' }, Output: {}, Next: 'Map' },
    Map: {
      Type: 'Map',
      Items: Array(40).fill(0),
      ItemProcessor: {
        StartAt: 'Assign',
        States: {
          Assign: { Type: 'Pass', Assign: { copy: '{% $first %}' }, Next: 'Keep' },
          Keep: { Type: 'Pass', End: true },
        },
      },
      End: true,
    },
  };
  const arn = await fixture.run({ QueryLanguage: 'JSONata', StartAt: 'First', States: states }, 'a'.repeat(251_000));

  expect(await fixture.ended(arn)).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause:
      "With what the state 'Assign' assigns, the execution's variables have a size exceeding the maximum number of bytes service limit.",
  });
  const types = await fixture.types(arn);
  expect(types.filter((type) => type === 'PassStateExited')).toHaveLength(41); // of 42
});

test.each([
  ['Parallel', 'Arguments', { Arguments: "{% $pad('', 300000, 'x') %}", Branches: [item('x')] }],
  ['Map', 'ItemSelector', { Items: [1], ItemSelector: "{% $pad('', 300000, 'x') %}", ItemProcessor: item('x') }],
])('a %s hands no more than 256 KiB to what it starts', async (Type, field, state) => {
  expect(await run({ Type, ...state, End: true })).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause: `The ${field} of the state 'S' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
});
