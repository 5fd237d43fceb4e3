import { InvokeCommand } from '@aws-sdk/client-lambda';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { putApi } from '../http-api/local-api.ts';
import { type Compute, startCompute } from '../lambda/local-compute.ts';

let local: Compute;
/** What the runtime says to the person who runs it. */
let said: jest.SpiedFunction<typeof console.error>;

beforeEach(async () => {
  said = jest.spyOn(console, 'error').mockImplementation(() => {});
  local = await startCompute({ actions: ['xray:PutTraceSegments'] });
});
afterEach(async () => {
  await local.stop();
  jest.restoreAllMocks();
});

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
const denied = (caller: string, action: string, resource: string) =>
  `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const roleSession = 'arn:aws:sts::000000000000:assumed-role/function-role/worker';

test('a queue is not polled without permission, which the mapping says', async () => {
  local.queues.put({ name: 'queue', attributes: { VisibilityTimeout: '60' } });
  local.deploy('worker', 'export const handler = async () => {};');
  local.lambda.putEventSourceMapping({ id: 'm', functionArn: 'worker', eventSourceArn: QUEUE });
  local.lambda.start();
  const problem = await eventually(
    'the problem',
    () => /^PROBLEM: (.*)/.exec(local.lambda.mappings.get('m').lastProcessingResult)?.[1],
  );
  expect(problem).toBe(denied(roleSession, 'sqs:getqueueattributes', QUEUE));
});

test.each([
  ['queue', QUEUE, 'sqs:sendmessage'],
  ['function', 'arn:aws:lambda:us-east-1:000000000000:function:other', 'lambda:InvokeFunction'],
  ['bus', 'arn:aws:events:us-east-1:000000000000:event-bus/default', 'events:PutEvents'],
])('a failed event does not reach a %s without permission', async (_, arn, action) => {
  local.queues.put({ name: 'queue' });
  local.deploy('other', 'export const handler = async () => {};');
  local.deploy('worker', 'export const handler = async () => { throw new Error("no"); };');
  const config = { functionName: 'worker', qualifier: '$LATEST', maxRetryAttempts: 0, onFailureArn: arn };
  local.lambda.putEventInvokeConfig(config);
  await local.sdk.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event' }));
  await eventually('the complaint', () => (said.mock.calls.length > 0 ? true : undefined));
  expect(said.mock.calls).toEqual([
    [
      `The destination ${arn} of function worker could not be reached, an event is lost:`,
      denied(roleSession, action, arn),
    ],
  ]);
});

test('a failed event does not reach a dead-letter queue without permission', async () => {
  local.queues.put({ name: 'queue' });
  local.deploy('worker', 'export const handler = async () => { throw new Error("no"); };', { deadLetterArn: QUEUE });
  local.lambda.putEventInvokeConfig({ functionName: 'worker', qualifier: '$LATEST', maxRetryAttempts: 0 });
  await local.sdk.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event' }));
  await eventually('the complaint', () => (said.mock.calls.length > 0 ? true : undefined));
  expect(said.mock.calls[0]?.[1]).toBe(denied(roleSession, 'sqs:sendmessage', QUEUE));
});

test('an HTTP API answers 500 for a function that does not let it in, and its log says why', async () => {
  local.deploy('worker', 'export const handler = async () => 1;');
  const groupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/api:*';
  const accessLog = { groupArn, format: '$context.integrationErrorMessage' };
  const endpoint = putApi(local, 'closed', { 'POST /x': 'worker' }, { stage: { accessLog } });
  const response = await fetch(`${endpoint}/x`, { method: 'POST' });
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  expect(local.messages()).toEqual([
    `User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION} because no resource-based policy allows the lambda:InvokeFunction action`,
  ]);
});

test('a permission for one route lets no other in', async () => {
  local.deploy('worker', 'export const handler = async () => 1;');
  local.lambda.putPermission('worker', {
    Sid: 'x',
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: FUNCTION,
    Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:api/*/*/x' } },
  });
  const endpoint = putApi(local, 'api', { 'GET /x': 'worker', 'GET /y': 'worker' });
  expect((await fetch(`${endpoint}/x`)).status).toBe(200);
  expect((await fetch(`${endpoint}/y`)).status).toBe(500);
});

test('what a function prints is lost without permission to write its log', async () => {
  local.deploy('worker', 'export const handler = async () => console.log("hello");');
  await local.invoke('worker');
  expect(local.messages()).toEqual([]);
});

test('an integration with a role of its own is refused', () => {
  local.httpApis.putApi({ id: 'api', name: 'api' });
  const integration = { apiId: 'api', id: 'i', type: 'AWS_PROXY', uri: FUNCTION, payloadFormatVersion: '2.0' };
  const roleArn = 'arn:aws:iam::000000000000:role/api';
  expect(() => local.httpApis.putIntegration({ ...integration, timeoutMs: 1, roleArn })).toThrow(
    `Integration i: the local runtime lets API Gateway invoke functions by their resource policies, not with ${roleArn}.`,
  );
});

test('a rotation function is not called without permission: not attached to a secret, and later not run', async () => {
  const { arn } = local.secrets.putSecret({ name: 'rotated', secretString: 'first' });
  local.deploy('worker', 'export const handler = async () => {};');
  const rotation = { secretId: arn, functionArn: FUNCTION };
  expect(() => local.secrets.putRotation(rotation)).toThrow(
    'Secrets Manager cannot invoke the specified Lambda function.',
  );

  const statement = { Effect: 'Allow', Principal: { Service: 'secretsmanager.amazonaws.com' }, Resource: FUNCTION };
  local.lambda.putPermission(FUNCTION, { ...statement, Sid: 'rotate', Action: 'lambda:InvokeFunction' });
  local.secrets.start();
  local.secrets.putRotation(rotation);
  local.lambda.putPermission(FUNCTION, { ...statement, Sid: 'rotate', Action: 'lambda:GetFunction' });
  const secrets = new SecretsManagerClient(local.config);
  await secrets.send(new RotateSecretCommand({ SecretId: arn }));
  await eventually('the complaint', () => (said.mock.calls.length > 0 ? true : undefined));
  expect(said.mock.calls).toEqual([
    [
      'The rotation of the secret rotated failed:',
      expect.objectContaining({
        message: `User: secretsmanager.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION} because no resource-based policy allows the lambda:InvokeFunction action`,
      }),
    ],
  ]);
  secrets.destroy();
});
