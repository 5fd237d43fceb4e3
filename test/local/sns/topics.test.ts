import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let sns: SNSClient;
let sqs: SQSClient;

beforeAll(async () => {
  local = await runGateway();
  sns = new SNSClient(clientConfig(local.gateway));
  sqs = new SQSClient(clientConfig(local.gateway));
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await local.close();
});

function letIn(queueUrl: string, queueArn: string, topicArn: string): void {
  const Condition = { ArnEquals: { 'aws:SourceArn': topicArn } };
  const Principal = { Service: 'sns.amazonaws.com' };
  const statement = { Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: queueArn, Condition };
  local.queues.setPolicy(queueUrl, { Version: '2012-10-17', Statement: [statement] });
}

async function bodies(QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
}

test('a message reaches the subscribed queues whose policy lets the topic in', async () => {
  const topic = local.topics.put({ name: 'failures', attributes: { DisplayName: 'Failures' } });
  const open = local.queues.put({ name: 'open' });
  const closed = local.queues.put({ name: 'closed' });
  letIn(open.url, open.arn, topic.arn);
  for (const { arn: endpoint } of [open, closed])
    local.topics.subscribe({ topicArn: topic.arn, protocol: 'sqs', endpoint });
  const complaint = jest.spyOn(console, 'error').mockImplementation(() => {});
  await sns.send(new PublishCommand({ TopicArn: topic.arn, Subject: 'late', Message: 'a & b' }));
  expect(complaint.mock.calls.map(String)).toEqual([expect.stringContaining('SNS could not deliver from')]);
  complaint.mockRestore();
  const [received = '{}'] = await bodies(open.url);
  expect(JSON.parse(received)).toMatchObject({ Type: 'Notification', Subject: 'late', Message: 'a & b' });
  expect(await bodies(closed.url)).toEqual([]);
});

test('a filter policy and raw delivery hold, also for messages of the runtime itself', async () => {
  const topic = local.topics.put({ name: 'filtered' });
  const queue = local.queues.put({ name: 'matching' });
  letIn(queue.url, queue.arn, topic.arn);
  const attributes = { FilterPolicy: '{"kind":["wanted"]}', RawMessageDelivery: 'true' };
  const subscription = { topicArn: topic.arn, protocol: 'sqs', endpoint: queue.arn };
  const { arn } = local.topics.subscribe(subscription);
  expect(local.topics.subscribe({ ...subscription, attributes }).arn).toBe(arn);
  const admin = local.iam.principalOf(undefined);
  for (const kind of ['wanted', 'other'])
    await local.gateway.call(admin, {
      service: 'sns',
      action: 'Publish',
      input: {
        TopicArn: topic.arn,
        Message: kind,
        MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
      },
    });
  expect(await bodies(queue.url)).toEqual(['wanted']);
});

test('a topic is put again without losing its subscriptions', async () => {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'again' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'me@example.com' }));
  local.topics.put({ name: 'again', attributes: { DisplayName: 'New' } });
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ DisplayName: 'New' });
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([{ Endpoint: 'me@example.com' }]);
});

test('a protocol that would not be delivered to is refused', async () => {
  const { arn: TopicArn } = local.topics.put({ name: 'unheard' });
  const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  await expect(sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('sqs, email, email-json only, not to "lambda"'),
  });
});
