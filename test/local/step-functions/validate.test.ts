import { expect, test } from '@jest/globals';
import { localLimits } from '../../../local/step-functions/definition/local-limits.ts';
import { validate } from '../../../local/step-functions/definition/validate.ts';

const state = (A: object, more: object = {}) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { End: true, ...A } }, ...more });

const findings = (definition: string) =>
  validate(definition).map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);

test.each([
  ['{% phone %}', "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported."],
  ['{% $$ %}', "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported."],
  ['{% $states.errorOutput %}', "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist."],
  ['{% a[1,2) %}', 'INVALID_JSONATA_EXPRESSION: Expected "]", got ","'],
  ['{% 1', 'SCHEMA_VALIDATION_FAILED: JSONata string must start with {% and end with %}'],
  ['{% 1 + %}', 'INVALID_JSONATA_EXPRESSION: Unexpected end of expression'],
])('the expression %s is refused', (expression, message) => {
  expect(findings(state({ Type: 'Pass', Output: { v: [expression] } }))).toEqual([
    `${message} at /States/A/Output/v[0]`,
  ]);
});

test('paths after a step, in predicates and in functions applied to items are no top-level references', () => {
  const output = '{% $states.input.items[price > 3].{"n": name} ~> $map(function($v){ $v.n }) %}';
  expect(findings(state({ Type: 'Pass', Output: output }))).toEqual([]);
});

test.each([
  [
    { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem.waitForTaskToken' },
    'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:putItem.waitForTaskToken is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource',
  ],
  [
    { Type: 'Pass', TimeoutSeconds: 5 },
    "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A",
  ],
  [
    { Type: 'Pass', InputPath: '$.a' },
    "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
  ],
  [{ Type: 'Task' }, 'SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/A'],
  [
    { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem', Arguments: { Item: {} } },
    "SCHEMA_VALIDATION_FAILED: The field 'TableName' is required but was missing at /States/A/Arguments",
  ],
  [
    { Type: 'Pass', Assign: '{% 1 %}' },
    'SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/A/Assign',
  ],
  [
    { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] },
    'SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at /States/A/Retry[0]/ErrorEquals[1]',
  ],
  [
    { Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1 },
    "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
  ],
  [
    { Type: 'Pass', Output: '{% $states.input.a ?? 1 %}' },
    'INVALID_JSONATA_EXPRESSION: The symbol "?" cannot be used as a unary operator at /States/A/Output',
  ],
  [
    { Type: 'Pass', End: undefined, Next: 'B' },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
    'MISSING_END_STATE: Workflow has no terminal state at null',
  ],
])('the state %j is refused', (broken, ...messages) => {
  expect(findings(state(broken))).toEqual(messages);
});

test('a placeholder that the API is handed is text, also in place of a number', () => {
  const retry = [{ ErrorEquals: ['E'], MaxAttempts: `$\{Attempts}` }];
  expect(findings(state({ Type: 'Wait', Seconds: `$\{Pause}` }))).toEqual([
    'SCHEMA_VALIDATION_FAILED: Expected value of type Integer at /States/A/Seconds',
  ]);
  expect(
    findings(
      state({ Type: 'Parallel', Branches: [JSON.parse(state({ Type: 'Fail', End: undefined }))], Retry: retry }),
    ),
  ).toContain('SCHEMA_VALIDATION_FAILED: Expected value of type Integer at /States/A/Retry[0]/MaxAttempts');
});

test('the mode of a Map is one of two', () => {
  const map = (ProcessorConfig: unknown) =>
    state({ Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt: 'B', States: { B: { Type: 'Succeed' } } } });
  expect(findings(map({ Mode: 'INLINE' }))).toEqual([]);
  expect(findings(map({ Mode: 'inline' }))).toEqual([
    'SCHEMA_VALIDATION_FAILED: Value should be one of the following: [INLINE, DISTRIBUTED] at /States/A/ItemProcessor/ProcessorConfig/Mode',
  ]);
  expect(findings(map('INLINE'))).toEqual([
    'SCHEMA_VALIDATION_FAILED: Expected value of type [OBJECT] at /States/A/ItemProcessor/ProcessorConfig',
  ]);
  expect(localLimits(map({ Mode: 'DISTRIBUTED' }))).toEqual([
    '/States/A: only inline Map states are run locally, not distributed ones',
  ]);
});

test('JSONPath has no expressions in place of numbers', () => {
  expect(findings(state({ Type: 'Wait', Seconds: '{% 1 %}' }, { QueryLanguage: 'JSONPath' }))).toEqual([
    'SCHEMA_VALIDATION_FAILED: Expected value of type Integer at /States/A/Seconds',
  ]);
});

test('a state that nothing leads to is named, in branches too', () => {
  const branch = { StartAt: 'X', States: { X: { Type: 'Pass', End: true }, Y: { Type: 'Pass', End: true } } };
  expect(findings(state({ Type: 'Parallel', Branches: [branch] }))).toEqual([
    'MISSING_TRANSITION_TARGET: State "Y" is not reachable. at /States/A/Branches[0]/States/Y',
  ]);
});

test('in JSONPath states a member that ends in .$ has to be a path', () => {
  const definition = state({ Type: 'Pass', Parameters: { 'Body.$': 'body' } }, { QueryLanguage: 'JSONPath' });
  expect(findings(definition)).toEqual([
    "SCHEMA_VALIDATION_FAILED: The value for the field 'Body.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters",
  ]);
});

test.each([
  ['an expression', '{% $states.input %}'],
  ['all that the call needs', { 'FunctionName.$': '$.name' }],
  ['nothing, as the input may have it', undefined],
])('Arguments may be %s', (_, values) => {
  const language = typeof values === 'object' ? 'JSONPath' : 'JSONata';
  const field = language === 'JSONPath' ? 'Parameters' : 'Arguments';
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', [field]: values };
  expect(findings(state(task, { QueryLanguage: language }))).toEqual([]);
});

test('an EXPRESS machine has no callbacks', () => {
  const definition = state({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' });
  expect(validate(definition, 'EXPRESS')).toMatchObject([
    { message: "Express state machine does not support '.waitForTaskToken' service integration" },
  ]);
});

test.each([
  ['', 'INVALID_JSON_DESCRIPTION: Invalid JSON description: value expected at null'],
  ['[]', 'INVALID_JSON_DESCRIPTION: Invalid JSON description: it is no object at null'],
  ['{} // none', 'INVALID_JSON_DESCRIPTION: Invalid JSON description: invalid comment token at null'],
  ['{}', 'SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt, States] at /'],
  ['{"StartAt":"A","States":{}}', 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States'],
])('the text %j is no definition', (text, message) => {
  expect(findings(text)).toContain(message);
});

test('what cannot work but is accepted is created, and fails when it runs', () => {
  const retry = [{ ErrorEquals: ['E'] }, { ErrorEquals: ['E', 'States.Unheard'] }];
  const waits = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', Retry: retry };
  expect(findings(state({ ...waits, Output: ['{% $nobody %}', '{% $nothing() %}', ' {% 1 %} '] }))).toEqual([]);
  const definition = state({ Type: 'Pass' }).replace('"End":true', '"End":true,"Comment":"a","Comment":"b"');
  expect(findings(definition)).toEqual([]);
});

test('states that lead round in a circle', () => {
  expect(findings(state({ Type: 'Pass', End: undefined, Next: 'A' }))).toEqual([
    'MISSING_END_STATE: Workflow has no terminal state at null',
  ]);
});

test('what AWS runs and this runtime does not is said in one line each', () => {
  const jsonpath = state({ Type: 'Pass', Result: 1 }, { QueryLanguage: 'JSONPath' });
  expect(validate(jsonpath)).toEqual([]);
  expect(localLimits(jsonpath)).toEqual([
    '/States/A: JSONPath (field \'Result\') is not run locally; use "QueryLanguage": "JSONata"',
  ]);
  expect(localLimits(state({ Type: 'Pass' }, { QueryLanguage: 'JSONPath' }))).toEqual([]);
  expect(localLimits(state({ Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask' }))).toEqual([
    '/States/A: the integration arn:aws:states:::ecs:runTask is not run locally',
  ]);
});

test('a service of AWS that has no SDK client here is no error of the definition', () => {
  const call = (name: string) => state({ Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${name}` });
  expect(findings(call('ec2:describeInstances'))).toEqual([]);
  expect(localLimits(call('ec2:describeInstances'))).toEqual([
    '/States/A: the integration arn:aws:states:::aws-sdk:ec2:describeInstances is not run locally: no SDK client is installed for the service ec2',
  ]);
  for (const name of ['EC2:describeInstances', 'ec2:DescribeInstances', 'ec2:describeInstances.sync', 's3:getObjekt'])
    expect(findings(call(name))).toEqual([
      `SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::aws-sdk:${name} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource`,
    ]);
  expect(validate(call('ec2:describeInstances.waitForTaskToken'), 'EXPRESS')).toMatchObject([
    { message: "Express state machine does not support '.waitForTaskToken' service integration" },
  ]);
});
