import { expect, test } from '@jest/globals';
import { echo, Fixture, throwing } from './fixture.ts';

const machine = (StartAt: string, States: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt,
  States,
  ...more,
});

const INVOKE = 'arn:aws:states:::lambda:invoke';

test('a Wait lasts as long as it says', async () => {
  const fixture = new Fixture();
  const arn = await fixture.run(machine('W', { W: { Type: 'Wait', Seconds: '{% $states.input.s %}', End: true } }), {
    s: 90,
  });
  await fixture.reached(arn, 'WaitStateEntered');
  fixture.clock.advance(89_000);
  expect((await fixture.describe(arn))['status']).toBe('RUNNING');
  fixture.clock.advance(1_000);
  expect((await fixture.ended(arn))['status']).toBe('SUCCEEDED');
  await fixture.close();
});

test('a Wait until a moment that has passed is over at once', async () => {
  const fixture = new Fixture();
  const definition = machine('W', { W: { Type: 'Wait', Timestamp: '2016-03-14T01:59:00+01:00', End: true } });
  expect((await fixture.ended(await fixture.run(definition)))['status']).toBe('SUCCEEDED');
  await fixture.close();
});

test('an execution that takes longer than its machine allows times out', async () => {
  const fixture = new Fixture();
  const arn = await fixture.run(machine('W', { W: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 10 }));
  await fixture.reached(arn, 'WaitStateEntered');
  fixture.clock.advance(10_000);
  expect((await fixture.ended(arn))['status']).toBe('TIMED_OUT');
  expect((await fixture.events(arn)).at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  await fixture.close();
});

test('a Choice without a match and without a default fails the execution', async () => {
  const fixture = new Fixture();
  const definition = machine('C', {
    C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n = 1 %}', Next: 'One' }] },
    One: { Type: 'Succeed' },
  });
  expect(await fixture.ended(await fixture.run(definition, { n: 2 }))).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
  });
  await fixture.close();
});

test('a Condition has to be a boolean, and its place is named', async () => {
  const fixture = new Fixture();
  const definition = machine('C', {
    C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'One' }] },
    One: { Type: 'Succeed' },
  });
  expect((await fixture.ended(await fixture.run(definition)))['cause']).toBe(
    "An error occurred while executing the state 'C' (entered at the event id #2). The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
  );
  await fixture.close();
});

test('branches see the variables of their Parallel, and theirs end with them', async () => {
  const fixture = new Fixture();
  const branch = (output: string) => ({
    StartAt: `In ${output}`,
    States: { [`In ${output}`]: { Type: 'Pass', Assign: { own: 1 }, Output: output, End: true } },
  });
  const definition = machine('Set', {
    Set: { Type: 'Pass', Assign: { outer: 5 }, Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [branch('{% $outer + 1 %}'), branch('{% $outer + 2 %}')], Next: 'After' },
    After: { Type: 'Pass', Output: '{% {"sum": $states.input, "own": $exists($own)} %}', End: true },
  });
  expect(JSON.parse((await fixture.ended(await fixture.run(definition)))['output'])).toEqual({
    sum: [6, 7],
    own: false,
  });
  await fixture.close();
});

test('Assign and Output of a state both see the values from before it', async () => {
  const fixture = new Fixture();
  const definition = machine('A', {
    A: { Type: 'Pass', Assign: { x: 3, a: 6 }, Next: 'B' },
    B: { Type: 'Pass', Assign: { x: '{% $a %}', nextX: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
    C: { Type: 'Pass', Output: '{% [$states.input, $x, $nextX] %}', End: true },
  });
  expect(JSON.parse((await fixture.ended(await fixture.run(definition)))['output'])).toEqual([3, 6, 3]);
  await fixture.close();
});

test('a Map runs as many iterations at once as it may, and shows each its item', async () => {
  let running = 0;
  let most = 0;
  const fixture = new Fixture({
    lambda: async (...args) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return echo(...args);
    },
  });
  const definition = machine('M', {
    M: {
      Type: 'Map',
      Items: '{% [1..7] %}',
      MaxConcurrency: 3,
      ItemSelector: { at: '{% $states.context.Map.Item.Index %}', item: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        StartAt: 'Call',
        States: {
          Call: {
            Type: 'Task',
            Resource: INVOKE,
            Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
            Output: '{% $states.result.Payload.item * 10 + $states.context.Map.Item.Index %}',
            End: true,
          },
        },
      },
      End: true,
    },
  });
  expect(JSON.parse((await fixture.ended(await fixture.run(definition)))['output'])).toEqual([
    10, 21, 32, 43, 54, 65, 76,
  ]);
  expect(most).toBe(3);
  await fixture.close();
});

test('a Map without items succeeds with an empty array', async () => {
  const fixture = new Fixture();
  const processor = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  const arn = await fixture.run(machine('M', { M: { Type: 'Map', Items: [], ItemProcessor: processor, End: true } }));
  expect((await fixture.ended(arn))['output']).toBe('[]');
  expect((await fixture.types(arn)).slice(1, -1)).toEqual([
    'MapStateEntered',
    'MapStateStarted',
    'MapStateSucceeded',
    'MapStateExited',
  ]);
  await fixture.close();
});

/** A Map over [0, 1, 2, 3] whose iterations fail for the odd ones. */
const oddFails = (more: object) =>
  machine('M', {
    M: {
      Type: 'Map',
      Items: [0, 1, 2, 3],
      ItemProcessor: {
        StartAt: 'Odd',
        States: {
          Odd: { Type: 'Choice', Choices: [{ Condition: '{% $states.input % 2 = 1 %}', Next: 'No' }], Default: 'Yes' },
          No: { Type: 'Fail', Error: 'Odd', Cause: '{% "odd: " & $states.input %}' },
          Yes: { Type: 'Pass', End: true },
        },
      },
      End: true,
      ...more,
    },
  });

test('a Map tolerates as many failures as it says, and leaves them out of its result', async () => {
  const fixture = new Fixture();
  const arn = await fixture.run(oddFails({ ToleratedFailureCount: 2 }));
  expect(await fixture.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '[0,2]' });
  const less = await fixture.run(oddFails({ ToleratedFailurePercentage: '{% 25 %}' }), {}, 'less');
  expect(await fixture.ended(less)).toMatchObject({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
  });
  await fixture.close();
});

test('a failing iteration cuts the others off', async () => {
  const fixture = new Fixture();
  const definition = machine('M', {
    M: {
      Type: 'Map',
      Items: ['wait', 'fail'],
      ItemProcessor: {
        StartAt: 'Which',
        States: {
          Which: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input = "wait" %}', Next: 'Long' }],
            Default: 'Boom',
          },
          Long: { Type: 'Wait', Seconds: 3600, End: true },
          Boom: { Type: 'Fail', Error: 'Boom' },
        },
      },
      End: true,
    },
  });
  const arn = await fixture.run(definition);
  expect(await fixture.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Boom' });
  const events = await fixture.events(arn);
  const failed = events.find(({ type }) => type === 'FailStateEntered')?.id;
  expect(events.slice(-5).map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['MapIterationAborted', failed],
    ['WaitStateAborted', failed],
    ['MapIterationFailed', failed],
    ['MapStateFailed', failed],
    ['ExecutionFailed', events.at(-2)?.id],
  ]);
  await fixture.close();
});

test('an error in the expressions of a Catch is not offered to that Catch again', async () => {
  const fixture = new Fixture({ lambda: throwing('Oops', 'no') });
  const definition = machine('T', {
    T: {
      Type: 'Task',
      Resource: INVOKE,
      Arguments: { FunctionName: 'f' },
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $missing %}', Next: 'Done' }],
      End: true,
    },
    Done: { Type: 'Succeed' },
  });
  const ended = await fixture.ended(await fixture.run(definition));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(ended['cause']).toContain("specified for the field 'Catch[0]/Output' returned nothing (undefined).");
  await fixture.close();
});

test('an output above 256 KiB fails the state, and States.ALL does not catch that', async () => {
  const fixture = new Fixture({
    lambda: async (arn, _payload, principal) => echo(arn, 'x'.repeat(262_143), principal),
  });
  const definition = machine('T', {
    T: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
      End: true,
    },
    Done: { Type: 'Succeed' },
  });
  expect(await fixture.ended(await fixture.run(definition))).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  });
  await fixture.close();
});

test('an endless loop ends with the 25,000th event', async () => {
  const fixture = new Fixture();
  const definition = machine('A', {
    A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }], Default: 'B' },
    B: { Type: 'Pass', Next: 'A' },
    End: { Type: 'Succeed' },
  });
  const arn = await fixture.run(definition);
  expect(await fixture.ended(arn)).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  const { events } = await fixture.call('GetExecutionHistory', {
    executionArn: arn,
    reverseOrder: true,
    maxResults: 1,
  });
  expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
  await fixture.close();
});
