import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { type InProcessRuntime, startInProcess } from '../../support/in-process-runtime.ts';

const ARN = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const TABLE = ARN('dynamodb', 'table/other');
const FUNCTION = ARN('lambda', 'function:other');
const MACHINE = ARN('states', 'stateMachine:awsdemostatemachine');

let local: InProcessRuntime;
let sfn: SFNClient;
let roleName: string;

beforeAll(async () => {
  local = await startInProcess({ stacks: ['storygate-dev-message-record'] });
  sfn = new SFNClient(local.client);
  const [stack] = local.runtime.stacks;
  roleName = stack?.resources.find(({ logicalId }) => logicalId.startsWith('MessageRecordRole'))?.physicalId ?? '';
});
afterAll(() => local?.stop());

/** What a Task of the message record's role fails with. */
async function failureOf(state: object): Promise<{ error: string; cause: string }> {
  const name = `task-${Math.random().toString(36).slice(2)}`;
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Task',
    States: { Task: { Type: 'Task', End: true, ...state } },
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify(definition),
      roleArn: `arn:aws:iam::000000000000:role/${roleName}`,
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  return eventually('the failure', async () => {
    const { status, error = '', cause = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'FAILED' ? { error, cause } : undefined;
  });
}

const session = () => `arn:aws:sts::000000000000:assumed-role/${roleName}/step-functions`;
const integration = (name: string, Arguments: object) => ({ Resource: `arn:aws:states:::${name}`, Arguments });

test.each([
  [
    'lambda:invoke',
    integration('lambda:invoke', { FunctionName: FUNCTION }),
    'Lambda.AWSLambdaException',
    'lambda:InvokeFunction',
    FUNCTION,
  ],
  [
    'a function as the resource',
    { Resource: FUNCTION },
    'Lambda.AWSLambdaException',
    'lambda:InvokeFunction',
    FUNCTION,
  ],
  [
    'dynamodb:putItem',
    integration('dynamodb:putItem', { TableName: 'other', Item: { id: { S: '1' } } }),
    'DynamoDB.AmazonDynamoDBException',
    'dynamodb:PutItem',
    TABLE,
  ],
  [
    'sqs:sendMessage',
    integration('sqs:sendMessage', { QueueUrl: 'http://sqs/000000000000/other', MessageBody: 'x' }),
    'SQS.AmazonSQSException',
    'sqs:sendmessage',
    ARN('sqs', 'other'),
  ],
  [
    'sns:publish',
    integration('sns:publish', { TopicArn: ARN('sns', 'other'), Message: 'x' }),
    'SNS.AuthorizationErrorException',
    'SNS:Publish',
    ARN('sns', 'other'),
  ],
  [
    'events:putEvents',
    integration('events:putEvents', { Entries: [{ Source: 'a', DetailType: 'b', Detail: {} }] }),
    'EventBridge.AmazonEventBridgeException',
    'events:PutEvents',
    ARN('events', 'event-bus/default'),
  ],
  [
    'states:startExecution',
    integration('states:startExecution', { StateMachineArn: MACHINE }),
    'StepFunctions.AWSStepFunctionsException',
    'states:StartExecution',
    MACHINE,
  ],
  [
    'aws-sdk:s3:getObject',
    integration('aws-sdk:s3:getObject', { Bucket: 'other', Key: 'a.json' }),
    'S3.S3Exception',
    's3:GetObject',
    '"arn:aws:s3:::other/a.json"',
  ],
])('a task that calls %s fails with the denial', async (_, state, error, action, resource) => {
  const failure = await failureOf(state);
  expect(failure.error).toBe(error);
  expect(failure.cause).toContain(
    `User: ${session()} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
});

test('an HTTP task fails with States.Permissions, and says what the role lacks', async () => {
  const ConnectionArn = ARN('events', 'connection/other/00000000-0000-4000-8000-000000000000');
  const request = { ApiEndpoint: 'https://example.com/', Method: 'POST', Authentication: { ConnectionArn } };
  const { error, cause } = await failureOf(integration('http:invoke', request));
  expect(error).toBe('States.Permissions');
  expect(cause).toContain(`User: ${session()} is not authorized to perform: states:InvokeHTTPEndpoint on resource: `);
});

test('a task with credentials of another role needs leave to assume it, on both sides', async () => {
  const RoleArn = 'arn:aws:iam::000000000000:role/other';
  const { error, cause } = await failureOf({
    ...integration('aws-sdk:s3:getObject', { Bucket: 'other', Key: 'a.json' }),
    Credentials: { RoleArn },
  });
  expect(error).toBe('States.Permissions');
  expect(cause).toContain(`User: ${session()} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
});
