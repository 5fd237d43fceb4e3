import { describe, expect, test } from '@jest/globals';
import { check, machine, messages } from './problems.ts';

test('a sound machine with every type of state', () => {
  const pass = { Type: 'Pass', End: true };
  const definition = machine({
    Task: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
      Arguments: { Bucket: '{% $states.input.bucket %}', Key: 'k' },
      TimeoutSeconds: '{% $states.input.limit %}',
      Assign: { body: '{% $parse($states.result.Body) %}' },
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Fail' }],
      Next: 'Map',
    },
    Map: {
      Type: 'Map',
      Items: '{% $body.items %}',
      ItemSelector: { value: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Item',
        States: { Item: { ...pass, Output: '{% $body %}' } },
      },
      Next: 'Parallel',
    },
    Parallel: { Type: 'Parallel', Branches: [{ StartAt: 'Branch', States: { Branch: pass } }], Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Choice' },
    Choice: { Type: 'Choice', Choices: [{ Condition: '{% $body.done %}', Next: 'Succeed' }], Default: 'Fail' },
    Succeed: { Type: 'Succeed', Output: '{% $sort($body.list, function($l, $r) { $l.n > $r.n }).name %}' },
    Fail: { Type: 'Fail', Error: 'Failed', Cause: "{% 'it ' & $string($states.input) %}" },
  });
  expect(check(definition)).toEqual([]);
});

describe('fields', () => {
  test.each([
    [{ Type: 'Pass' }, 'This object should have only one of the following fields: [Next, End]'],
    [{ Type: 'Pass', Next: 'A', End: true }, 'There should only be one of the following fields: [Next, End]'],
    [{ Type: 'Task', End: true }, 'These fields are required: [Resource]'],
    [{ Type: 'Pass', Ende: true, End: true }, "Field 'Ende' is not supported"],
    [
      { Type: 'Wait', Seconds: 1, Timestamp: '2030-01-01T00:00:00Z', End: true },
      'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
    ],
    [{ Type: 'Wait', Timestamp: 'tomorrow', End: true }, 'String does not match RFC3339 timestamp'],
    [{ Type: 'Wait', Seconds: -1, End: true }, 'Minimum value is 0'],
    [
      { Type: 'Sleep', End: true },
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
    ],
    [
      { Type: 'Pass', QueryLanguage: 'JSONPath', Result: 1, End: true },
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ],
    [
      { Type: 'Pass', QueryLanguage: 'jsonata', End: true },
      'Value should be one of the following: [JSONPath, JSONata]',
    ],
    [{ Type: 'Pass', Next: 1 }, 'Expected value of type [STRING]'],
    [{ Type: 'Pass', End: 'true' }, 'Expected value of type [BOOLEAN]'],
    [{ Type: 'Parallel', Branches: [], End: true }, 'Value cannot be empty'],
    [{ Type: 'Parallel', Branches: [{}], End: true }, 'These fields are required: [StartAt, States]'],
    [{ Type: 'Map', End: true }, 'This object should have only one of the following fields: [ItemProcessor, Iterator]'],
    [{ Type: 'Wait', Seconds: '1', End: true }, 'Expected value of type Integer'],
    [{ Type: 'Wait', Seconds: 100_000_000, End: true }, 'Maximum value is 99999999'],
    [{ Type: 'Wait', Seconds: 0.5, End: true }, 'Expected value of type Integer'],
    [{ Type: 'Map', MaxConcurrency: 1.5, End: true }, 'Expected value of type Integer'],
    [{ Type: 'Map', ToleratedFailurePercentage: '50', End: true }, 'Expected value of type Number'],
    [{ Type: 'Choice', Choices: [] }, 'Value cannot be empty'],
    [{ Type: 'Choice', Choices: [{ Condition: true }] }, 'These fields are required: [Next]'],
    [
      { Type: 'Choice', Choices: [{ Next: 'A' }] },
      'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
    ],
    [
      { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'A' }] },
      "The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the 'JSONPath' QueryLanguage",
    ],
    [{ Type: 'Pass', Assign: { states: 1 }, End: true }, "Cannot assign to reserved variable '$states'."],
    [
      { Type: 'Pass', Assign: { 'a-b': 1 }, End: true },
      "Invalid variable name 'a-b': the variable name contains invalid characters.",
    ],
  ])('%j', (state, message) => {
    expect(messages(machine({ A: state }))).toContain(message);
  });

  test('the time limit of the machine is a number, never an expression', () => {
    const pass = { A: { Type: 'Pass', End: true } };
    expect(messages({ ...machine(pass), TimeoutSeconds: '{% 60 %}' })).toEqual(['Expected value of type Integer']);
    expect(messages({ ...machine(pass), TimeoutSeconds: 1.5 })).toEqual(['Expected value of type Integer']);
  });

  test('a number that a placeholder makes', () => {
    const definition = machine({ A: { Type: 'Wait', Seconds: `$\{Pause}`, End: true } });
    expect(messages(definition, { substitutions: [['Pause', '60']] })).toEqual([]);
  });

  test('JSONata fields in a JSONPath state', () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Output: 1, End: true } } };
    expect(messages(definition)).toEqual([
      "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
    ]);
  });
});

describe('tasks', () => {
  const task = (resource: string, more = {}) =>
    machine({ A: { Type: 'Task', Resource: resource, ...more, End: true } });

  test('Express machines do not wait', () => {
    const token = { Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' } };
    const definition = task('arn:aws:states:::lambda:invoke.waitForTaskToken', token);
    expect(messages(definition, { type: 'EXPRESS' })).toEqual([
      "Express state machine does not support '.waitForTaskToken' service integration",
    ]);
    expect(check(definition)).toEqual([]);
  });

  test('a service without an SDK client, misspelt or not', () => {
    expect(messages(task('arn:aws:states:::aws-sdk:s4:getObject'))).toEqual([
      'No SDK client is installed for the service s4: the call can be neither checked nor run',
    ]);
  });

  test('a token that nobody gets', () => {
    expect(
      messages(
        task('arn:aws:states:::lambda:invoke.waitForTaskToken', { Arguments: { FunctionName: 'f', Payload: {} } }),
      ),
    ).toEqual(['Task Token is required for callback: no argument passes $states.context.Task.Token on']);
  });

  test('a resource that a placeholder makes', () => {
    const resource = `$\{Function}`;
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:hello';
    expect(check(task(resource), { substitutions: [['Function', arn]] })).toEqual([]);
    expect(messages(task(resource), { substitutions: [['Function', 'hello']] })).toEqual([
      'Value is not a valid resource ARN',
    ]);
  });

  test('States.ALL among others, or not last', () => {
    const wrong = 'States.ALL must appear alone and at end of list';
    const resource = 'arn:aws:states:::lambda:invoke';
    expect(messages(task(resource, { Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }))).toEqual([wrong]);
    expect(messages(task(resource, { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }))).toEqual([
      wrong,
    ]);
  });

  test.each([
    [[{}], 'These fields are required: [ErrorEquals]'],
    [[{ ErrorEquals: [] }], 'Value cannot be empty'],
    [[{ ErrorEquals: 'E' }], 'Expected value of type [ARRAY]'],
    [[{ ErrorEquals: ['E'], Next: 'A' }], "Field 'Next' is not supported"],
    [[{ ErrorEquals: ['E'], JitterStrategy: 'SOME' }], 'Value should be one of the following: [NONE, FULL]'],
    [[{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_401 }], 'Maximum value is 31622400'],
    [[{ ErrorEquals: ['E'], BackoffRate: 0.5 }], 'Minimum value is 1'],
    [[{ ErrorEquals: ['E'], BackoffRate: '{% 2 %}' }], 'Expected value of type Number'],
    [[{ ErrorEquals: ['E'], IntervalSeconds: '{% 1 %}' }], 'Expected value of type Integer'],
    [[{ ErrorEquals: ['E'], MaxAttempts: 1.5 }], 'Expected value of type Integer'],
  ])('the retriers %j', (retry, message) => {
    expect(messages(task('arn:aws:states:::lambda:invoke', { Retry: retry }))).toEqual([message]);
  });

  test('activities', () => {
    const activity = 'arn:aws:states:us-east-1:000000000000:activity:work';
    expect(messages(task(activity, { Credentials: { RoleArn: 'arn:aws:iam::000000000000:role/r' } }))).toEqual([
      "The field 'Credentials' is not supported for activities",
    ]);
    expect(messages(task(activity), { type: 'EXPRESS' })).toEqual([
      'Express state machine does not support Activity ARN',
    ]);
  });

  test('error names that never come', () => {
    const retry = [{ ErrorEquals: ['States.TimedOut', 'E'] }, { ErrorEquals: ['E'] }];
    expect(messages(task('arn:aws:states:::lambda:invoke', { Retry: retry }))).toEqual([
      "The error name 'States.TimedOut' is reserved and unknown: nothing ever fails with it",
      "'E' is handled by an earlier entry of Retry: this one never applies",
    ]);
  });

  test('time limits', () => {
    expect(messages(task('arn:aws:states:::lambda:invoke', { TimeoutSeconds: 0 }))).toEqual(['Minimum value is 1']);
    expect(messages(task('arn:aws:states:::lambda:invoke', { TimeoutSeconds: 10, HeartbeatSeconds: 10 }))).toEqual([
      "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    ]);
  });
});

describe('paths', () => {
  test.each(['$.a', '$$.Task.Token', "States.Format('{}', $.a)", '$variable'])('%s is one', (value) => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'Body.$': value }, End: true } } };
    expect(check(definition)).toEqual([]);
  });

  test.each(['a', 'States.Form(1)', '$.', "States.Format('{}'"])('%s is none', (value) => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'Body.$': value }, End: true } } };
    expect(check(definition)).toEqual([
      "7: The value for the field 'Body.$' must be a valid JSONPath or a valid intrinsic function call",
    ]);
  });
});

describe('expressions', () => {
  const output = (expression: string) => messages(machine({ A: { Type: 'Succeed', Output: `{% ${expression} %}` } }));

  test.each([
    '$map([1, 2], function($v, $i) { $v * $i })',
    '( $a := 1; $f := function($x) { $x > 0 ? $f($x - 1) : $a }; $f(3) )',
    '$states.input.list[price > 3].{"name": name, "n": $count(parts)}',
    '$states.input.orders@$o.items#$i.{"order": $o.id, "index": $i}',
    '$states.input ~> |list|{"seen": true}|',
    '$states.input.list^(>price).name',
    '[1, 2] ~> $sum',
    '$uuid() & $hash("a", "MD5") & $string($random())',
  ])('%s reads nothing unknown', (expression) => {
    expect(output(expression)).toEqual([]);
  });

  test.each([
    ['1 +', 'Unexpected end of expression'],
    ['$nope', 'The variable $nope is assigned on no path to this state'],
    ['$map([1], function($v) { $w })', 'The variable $w is assigned on no path to this state'],
    ['$states.output', "Field '$states.output' does not exist."],
    ['$states.errorOutput', "Field '$states.errorOutput' does not exist."],
    ['name', "Reference to 'name' at the top level is not supported."],
    ['[1][$ > 0] ? $ : 1', "Reference to '$' at the top level is not supported."],
    ['$states.input.a ?: 1', 'The symbol ":" cannot be used as a unary operator'],
  ])('%s', (expression, message) => {
    expect(output(expression)).toEqual([message]);
  });

  test('variables come along the paths that assign them', () => {
    const definition = machine({
      Start: { Type: 'Choice', Choices: [{ Condition: true, Assign: { chosen: 1 }, Next: 'A' }], Default: 'B' },
      A: { Type: 'Pass', Output: '{% $chosen %}', Next: 'B' },
      B: { Type: 'Pass', Output: '{% $chosen %}', Assign: { late: 1 }, Next: 'C' },
      C: { Type: 'Succeed', Output: '{% $late & $later %}' },
    });
    expect(messages(definition)).toEqual(['The variable $later is assigned on no path to this state']);
  });

  test.each([
    ['{% 1 }', 'JSONata string must start with {% and end with %}'],
    ['1 %}', 'JSONata string must start with {% and end with %}'],
    [' {% 1 %}', 'JSONata string must start with {% and end with %}'],
    [' {% 1 %} ', 'The string is no JSONata expression: it must start with {% and end with %}'],
  ])('%j only looks like one', (output, message) => {
    expect(messages(machine({ A: { Type: 'Succeed', Output: output } }))).toEqual([message]);
  });
});
