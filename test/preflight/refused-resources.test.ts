import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { BrokenApp, propertiesOf, TEMPLATE, type Template } from './broken-app.ts';

let app: BrokenApp;
beforeAll(async () => {
  app = await BrokenApp.create();
}, 60_000);
afterEach(() => app.restore());
afterAll(() => app.remove());

const ADDED = 'AddedByTheTest';

function add(Type: string, Properties: Record<string, unknown>): (template: Template) => void {
  return ({ Resources }) => {
    Resources[ADDED] = { Type, Properties };
  };
}

function change(idStart: string, type: string, changes: Record<string, unknown>): (template: Template) => void {
  return (template) => void Object.assign(propertiesOf(template, idStart, type), changes);
}

async function errors() {
  return (await app.findings())
    .filter(({ severity }) => severity === 'error')
    .map(({ message, file, line }) => ({ message, at: `${file}:${line}` }));
}

const table = {
  AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};
const key = [{ AttributeName: 'id', KeyType: 'HASH' }];
const rule = { Targets: [] };
const route = { ApiId: 'api', RouteKey: 'GET /x', Target: 'integrations/x', AuthorizationType: 'JWT' };

test.each([
  [
    'a pattern that EventBridge does not take',
    'AWS::Events::Rule: InvalidEventPatternException: Event pattern is not valid. Reason: Unrecognized match type prefixx',
    add('AWS::Events::Rule', { ...rule, EventPattern: { source: [{ prefixx: 'x' }] } }),
  ],
  [
    'a bus that is not there',
    'AWS::Events::Rule: ResourceNotFoundException: Event bus none does not exist.',
    add('AWS::Events::Rule', { ...rule, EventBusName: 'none', EventPattern: { source: ['x'] } }),
  ],
  [
    'a key that no attribute defines',
    'AWS::DynamoDB::Table: ValidationException: ',
    add('AWS::DynamoDB::Table', { ...table, KeySchema: key }),
  ],
  [
    'a type that nobody knows',
    'AWS::Nope::Thing: this resource type is not supported; add local/provision/resources/nope-thing.ts',
    add('AWS::Nope::Thing', {}),
  ],
  [
    'days of retention that CloudWatch does not have',
    'AWS::Logs::LogGroup: RetentionInDays: must be one of 1, 3, 5, 7, 14,',
    add('AWS::Logs::LogGroup', { RetentionInDays: 31 }),
  ],
])('%s', async (_, message, edit) => {
  app.editTemplate(edit);
  expect(await errors()).toEqual([
    { message: expect.stringContaining(message), at: `${TEMPLATE}:${app.lineOf(TEMPLATE, `"${ADDED}"`)}` },
  ]);
});

test.each([
  [
    'Timeout',
    { Timeout: 901 },
    "Timeout: Value '901' at 'timeout' failed to satisfy constraint: Member must have value between 1 and 900",
  ],
  [
    'MemorySize',
    { MemorySize: 64 },
    "MemorySize: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value between 128 and 32768",
  ],
  ['Runtime', { Runtime: 'nodejs99.x' }, 'Runtime: AWS has no such runtime'],
  [
    'Environment',
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    'Reserved keys used in this request: AWS_REGION',
  ],
])('a function with a %s that Lambda does not take', async (_, changes, message) => {
  app.editTemplate(change('WorkflowOutputs', 'AWS::Lambda::Function', changes));
  const [first] = await errors();
  expect(first?.message).toContain(message);
  expect(first?.at).toMatch(`${TEMPLATE}:`);
});

test('a queue whose messages come back while the function works', async () => {
  app.editTemplate(change('CallbackRelayQueue', 'AWS::SQS::Queue', { VisibilityTimeout: 1 }));
  expect((await errors()).map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^AWS::Lambda::EventSourceMapping: InvalidParameterValueException: Queue visibility timeout: 1 seconds is less than Function timeout: \d+ seconds$/,
    ),
  ]);
});

test('a JWT route without an authorizer', async () => {
  app.editTemplate((template) => {
    const [apiId] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api') ?? [];
    add('AWS::ApiGatewayV2::Route', { ...route, ApiId: { Ref: apiId } })(template);
  });
  expect((await errors()).map(({ message }) => message)).toEqual([
    'AWS::ApiGatewayV2::Route: BadRequestException: Route GET /x: Invalid authorizer ID specified: ',
  ]);
});

test.each([
  [
    'a circle of resources',
    { DependsOn: 'AddedByTheTestToo' },
    'Circular dependency between resources: [AddedByTheTest, AddedByTheTestToo]',
  ],
  [
    'a dependency on nothing',
    { DependsOn: 'Nothing' },
    'AddedByTheTest: DependsOn names Nothing, which is not in the template',
  ],
  ['a condition that is not there', { Condition: 'Nothing' }, 'Condition Nothing: there is no condition Nothing'],
])('%s', async (_, needs, message) => {
  app.editTemplate(({ Resources }) => {
    Resources[ADDED] = { Type: 'AWS::SNS::Topic', ...needs };
    Resources[`${ADDED}Too`] = { Type: 'AWS::SNS::Topic', DependsOn: ADDED };
  });
  const line = app.lineOf(TEMPLATE, JSON.stringify(needs).slice(1, -1).replace(':', ': '));
  expect(await errors()).toEqual([{ message, at: `${TEMPLATE}:${line}` }]);
});
