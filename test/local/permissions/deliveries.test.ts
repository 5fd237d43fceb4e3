import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { type InProcessRuntime, startInProcess } from '../../support/in-process-runtime.ts';

const ARN = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const FUNCTION = ARN('lambda', 'function:step-function-demo-hello-world');
const MACHINE = ARN('states', 'stateMachine:awsdemostatemachine');

let local: InProcessRuntime;
let sqs: SQSClient;
let sns: SNSClient;
let events: EventBridgeClient;

beforeAll(async () => {
  local = await startInProcess({ stacks: ['storygate-dev-message-record'] });
  [sqs, sns, events] = [new SQSClient(local.client), new SNSClient(local.client), new EventBridgeClient(local.client)];
  await new CloudWatchLogsClient(local.client).send(new CreateLogGroupCommand({ logGroupName: '/events/closed' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'closed' }));
  await sns.send(new CreateTopicCommand({ Name: 'closed' }));
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => local?.stop());

/** A queue that lets in everyone. */
async function openQueue(name: string): Promise<{ url: string; arn: string }> {
  const arn = ARN('sqs', name);
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  return { url, arn };
}

/** Sends one event to a target through a rule of its own. */
async function deliver(name: string, target: Omit<Target, 'Id'>): Promise<void> {
  const pattern = JSON.stringify({ 'detail-type': [name] });
  await events.send(new PutRuleCommand({ Name: name, EventPattern: pattern }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'target', ...target }] }));
  await events.send(new PutEventsCommand({ Entries: [{ Source: 'test', DetailType: name, Detail: '{}' }] }));
}

describe('a rule without permission leaves a dead letter with the denial, for a target that is', () => {
  test.each([
    ['a-function', FUNCTION, 'lambda:InvokeFunction', FUNCTION],
    ['a-queue', ARN('sqs', 'closed'), 'sqs:sendmessage', ARN('sqs', 'closed')],
    ['a-topic', ARN('sns', 'closed'), 'SNS:Publish', ARN('sns', 'closed')],
    ['a-state-machine', MACHINE, 'states:StartExecution', MACHINE],
    ['a-bus', ARN('events', 'event-bus/default'), 'events:PutEvents', ARN('events', 'event-bus/default')],
    ['a-log-group', ARN('logs', 'log-group:/events/closed'), 'logs:CreateLogStream', 'log-group:/events/closed'],
  ])('%s', async (name, Arn, action, resource) => {
    const letters = await openQueue(`letters-${name}`);
    await deliver(name, { Arn, DeadLetterConfig: { Arn: letters.arn } });
    const letter = await eventually('the letter', async () => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: letters.url, MessageAttributeNames: ['All'] }),
      );
      return Messages?.[0]?.MessageAttributes;
    });
    expect(letter['ERROR_CODE']?.StringValue).toBe('NO_PERMISSIONS');
    const words = letter['ERROR_MESSAGE']?.StringValue;
    expect(words).toContain(`User: events.amazonaws.com is not authorized to perform: ${action} on resource: `);
    expect(words).toContain(resource);
    expect(words).toMatch(new RegExp(` because no resource-based policy allows the ${action} action$`));
  });
});

test('a rule whose role trusts somebody else leaves a dead letter that says so', async () => {
  const letters = await openQueue('letters-role');
  const RoleArn = await roleOf('HelloWorldRole');
  await deliver('with-a-role', { Arn: MACHINE, RoleArn, DeadLetterConfig: { Arn: letters.arn } });
  const letter = await eventually('the letter', async () => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: letters.url, MessageAttributeNames: ['All'] }),
    );
    return Messages?.[0]?.MessageAttributes;
  });
  expect(letter['ERROR_CODE']?.StringValue).toBe('NO_PERMISSIONS');
  expect(letter['ERROR_MESSAGE']?.StringValue).toContain(`may not assume ${RoleArn}`);
});

test('a dead-letter queue that lets nobody in loses the event, and the runtime says with which denial', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => {});
  await deliver('lost', { Arn: FUNCTION, DeadLetterConfig: { Arn: ARN('sqs', 'closed') } });
  await eventually('the complaint', () => (said.mock.calls.length > 0 ? true : undefined));
  expect(said.mock.calls.map(String)).toEqual([
    expect.stringContaining(
      `its dead-letter queue refused it: User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${ARN('sqs', 'closed')} because no resource-based policy allows the sqs:sendmessage action`,
    ),
  ]);
});

test('a topic does not reach a queue whose policy does not let it in, and the runtime says so', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => {});
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
  const open = await openQueue('open');
  for (const Endpoint of [open.arn, ARN('sqs', 'closed')])
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: open.url }));
  expect(Messages).toHaveLength(1);
  expect(said.mock.calls.map(String)).toEqual([
    `SNS could not deliver from ${TopicArn}: User: sns.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${ARN('sqs', 'closed')} because no resource-based policy allows the sqs:sendmessage action`,
  ]);
});

/** ARN of the role whose logical id begins so. */
async function roleOf(idStart: string): Promise<string> {
  const [stack] = local.runtime.stacks;
  const role = stack?.resources.find(
    ({ type, logicalId }) => type === 'AWS::IAM::Role' && logicalId.startsWith(idStart),
  );
  return `arn:aws:iam::000000000000:role/${role?.physicalId}`;
}
