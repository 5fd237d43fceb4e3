import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ASL, BrokenApp, TEMPLATE } from './broken-app.ts';

let app: BrokenApp;
beforeAll(async () => {
  app = await BrokenApp.create();
}, 60_000);
afterEach(() => app.restore());
afterAll(() => app.remove());

/** Breaks the real state machine and tells what is found: message, file and line. */
async function broken(from: string, to: string) {
  app.editAsl(from, to);
  return (await app.findings()).map(({ message, file, line }) => ({ message, file, line }));
}

function at(marker: string, message: string) {
  return { message, file: ASL, line: app.lineOf(ASL, marker) };
}

function notRecognized(resource: string) {
  return `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
}

function placeholder(name: string) {
  return `$\{${name}}`;
}

test('the product has no findings', async () => {
  expect(await app.findings()).toEqual([]);
});

test('an integration pattern that does not exist', async () => {
  const resource = 'arn:aws:states:::dynamodb:putItem.waitForTaskToken';
  const found = await broken('arn:aws:states:::lambda:invoke.waitForTaskToken', resource);
  expect(found).toContainEqual(at(resource, notRecognized(resource)));
});

test.each([
  'arn:aws:states:::aws-sdk:s3:getObjekt',
  'arn:aws:states:::aws-sdk:s3:getObject.sync',
  'arn:aws:states:::s3:getObject',
])('an integration that does not exist: %s', async (resource) => {
  const found = await broken('arn:aws:states:::aws-sdk:s3:getObject', resource);
  expect(found).toContainEqual(at(`"${resource}"`, notRecognized(resource)));
});

test('a service that no SDK client here has', async () => {
  const resource = 'arn:aws:states:::aws-sdk:s4:getObject';
  const found = await broken('arn:aws:states:::aws-sdk:s3:getObject', resource);
  const message = 'No SDK client is installed for the service s4: the call can be neither checked nor run';
  expect(found).toContainEqual(at(`"${resource}"`, message));
});

test('a path field that holds no path', async () => {
  const found = await broken('"operation": "result",', '"operation": "result",\n          "Body.$": "the result",');
  const message = "The value for the field 'Body.$' must be a valid JSONPath or a valid intrinsic function call";
  expect(found).toEqual([at('Body.$', message)]);
});

test('a path field in a JSONata state', async () => {
  const found = await broken('"operation": "result",', '"operation": "result",\n          "Body.$": "$.body",');
  const message =
    "The QueryLanguage is set to 'JSONata', but field 'Body.$' is only supported for the 'JSONPath' QueryLanguage";
  expect(found).toEqual([at('Body.$', message)]);
});

test('a transition to a state that is not there', async () => {
  const found = await broken('"WriteResultsToS3": {', '"WriteOutputsToS3": {');
  expect(found).toContainEqual(at('"Next": "WriteResultsToS3"', "Missing 'Next' target: WriteResultsToS3"));
  expect(found).toContainEqual(at('"WriteOutputsToS3": {', 'State "WriteOutputsToS3" is not reachable.'));
});

test('a start that is not there', async () => {
  const found = await broken('"StartAt": "ReadInputFromS3"', '"StartAt": "ReadInput"');
  expect(found).toContainEqual(at('"StartAt": "ReadInput"', "Missing 'Next' target: ReadInput"));
});

test('an expression that does not parse, with its column', async () => {
  app.editAsl('"{% $count($problems) = 0 %}"', '"{% $count($problems = 0 %}"');
  const [finding, ...others] = await app.findings();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: 'invalid-jsonata-expression',
    message: 'Expected ")" before end of expression',
    file: ASL,
    line: app.lineOf(ASL, '$count($problems = 0'),
  });
  const [line = ''] = app
    .read(ASL)
    .split('\n')
    .slice((finding?.line ?? 0) - 1);
  expect(line.slice((finding?.column ?? 0) - 1)).toBe(' %}",');
});

test.each([
  ['$count($problem) = 0', 'The variable $problem is assigned on no path to this state'],
  ['$cuont($problems) = 0', 'Attempted to invoke a non-function: $cuont'],
  ["$eval('1') = 0", 'Attempted to invoke a non-function: $eval'],
  ['$count(problems) = 0', "Reference to 'problems' at the top level is not supported."],
  ['$$.problems = 0', "Reference to '$$' is not supported."],
  ['$states.result = 0', "Field '$states.result' does not exist."],
  ['$count($problems ?? []) = 0', 'The symbol "?" cannot be used as a unary operator'],
])('an expression that reads what is not there: %s', async (expression, message) => {
  const found = await broken('$count($problems) = 0', expression);
  expect(found).toEqual([at(`{% ${expression} %}`, message)]);
});

test('a variable of a branch does not leave it', async () => {
  const found = await broken(
    '"Type": "Pass",\n              "Comment": "A notification',
    '"Type": "Pass",\n              "Assign": { "inner": 1 },\n              "Comment": "A notification',
  );
  expect(found).toEqual([]);
  const outside = await broken(
    '"location": "{% $location %}",\n          "input": "{% $workflow %}"',
    '"location": "{% $inner %}",\n          "input": "{% $workflow %}"',
  );
  expect(outside).toEqual([at('{% $inner %}', 'The variable $inner is assigned on no path to this state')]);
});

test.each([
  ['"Type": "Choice",', '"Type": "Choice",\n      "TimeoutSeconds": 5,', "Field 'TimeoutSeconds' is not supported"],
  [
    '"Type": "Choice",',
    '"Type": "Choice",\n      "InputPath": "$.a",',
    "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
  ],
  [
    '"Type": "Parallel",',
    '"Type": "Parallel",\n      "ResultPath": "$.a",',
    "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage",
  ],
])('a field that a state does not have: %s', async (from, to, message) => {
  const found = await broken(from, to);
  expect(found).toEqual([at(to.split('\n')[1]?.trim() ?? '', message)]);
});

test('a placeholder that nothing fills, and a substitution that fills nothing', async () => {
  const found = await broken(placeholder('NotificationEndpoint'), placeholder('NotifyEndpoint'));
  expect(found).toEqual([
    at(placeholder('NotifyEndpoint'), `The placeholder ${placeholder('NotifyEndpoint')} has no substitution`),
    {
      message: 'The substitution NotificationEndpoint fills no placeholder',
      file: TEMPLATE,
      line: app.lineOf(TEMPLATE, '"NotificationEndpoint": {'),
    },
  ]);
});

test('a definition that is no JSON', async () => {
  const found = await broken('"QueryLanguage": "JSONata",', '"QueryLanguage": "JSONata"');
  expect(found).toContainEqual(at('"StartAt": "ReadInputFromS3"', 'Invalid JSON description: comma expected'));
});

test('a call that the role does not allow', async () => {
  const found = await broken('arn:aws:states:::aws-sdk:s3:getObject', 'arn:aws:states:::aws-sdk:s3:deleteObject');
  const message = expect.stringMatching(
    /^User: arn:aws:sts::000000000000:assumed-role\/[\w-]+\/storygate-dev-release-gate is not authorized to perform: s3:DeleteObject on resource: "\*" because no identity-based policy allows the s3:DeleteObject action$/,
  );
  expect(found).toContainEqual({ message, file: ASL, line: app.lineOf(ASL, 'aws-sdk:s3:deleteObject') });
});
