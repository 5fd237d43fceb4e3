import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway, temporaryDirectory } from '../gateway/running-gateway.ts';

const EVENTS = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:::rule/r' } as const;
const UNKNOWN_OPERATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sqs:*',
    Resource: '*',
    Condition: { FooEquals: { 'aws:SourceArn': 'b' } },
  },
});

const refused = [
  ['no JSON', 'notjson', 'it is no JSON'],
  ['an operator that is not known', UNKNOWN_OPERATOR, 'FooEquals'],
  ['no statements', '{}', 'Statement'],
] as const;

const directory = temporaryDirectory();
let local: RunningGateway;
let sqs: SQSClient;
let sns: SNSClient;

beforeAll(async () => {
  local = await runGateway({ dataDir: directory.path });
  sqs = new SQSClient(clientConfig(local.gateway));
  sns = new SNSClient(clientConfig(local.gateway));
});
afterAll(async () => {
  sqs.destroy();
  sns.destroy();
  await local.close();
  directory.remove();
});

describe.each(refused)('a policy with %s is refused and changes nothing', (_, Policy, problem) => {
  test('SetQueueAttributes', async () => {
    const { url: QueueUrl } = local.queues.put({ name: 'set' });
    await expect(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
      message: expect.stringMatching(new RegExp(`^Invalid value for the parameter Policy. Reason: .*${problem}`)),
    });
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }));
    expect(Attributes?.['Policy']).toBeUndefined();
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '5' } }));
  });

  test('CreateQueue', async () => {
    const create = sqs.send(new CreateQueueCommand({ QueueName: 'never', Attributes: { Policy } }));
    await expect(create).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'never' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('SetTopicAttributes', async () => {
    const { arn: TopicArn } = local.topics.put({ name: 'set' });
    const set = new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: Policy });
    await expect(sns.send(set)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(new RegExp(`^Invalid parameter: Policy Reason: .*${problem}`)),
    });
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.['Policy']).toBeUndefined();
  });

  test('CreateTopic', async () => {
    const create = sns.send(new CreateTopicCommand({ Name: 'never', Attributes: { Policy } }));
    await expect(create).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:never';
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

test('a template with such a policy changes nothing either', () => {
  const queue = local.queues.put({ name: 'declared' });
  const topic = local.topics.put({ name: 'declared' });
  expect(() => local.queues.setPolicy(queue.url, JSON.parse(UNKNOWN_OPERATOR))).toThrow('FooEquals');
  expect(() => local.topics.setPolicy(topic.arn, JSON.parse(UNKNOWN_OPERATOR))).toThrow('FooEquals');
  expect(local.queues.store.getQueueByName('declared')?.attributes['Policy']).toBeUndefined();
});

test('the policy of a deleted queue lets nobody into the next one of its name', async () => {
  const { url: QueueUrl, arn } = local.queues.put({ name: 'again' });

  const send = () =>
    local.gateway.call(EVENTS, { service: 'sqs', action: 'SendMessage', input: { QueueUrl, MessageBody: 'x' } });
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn };
  const Attributes = { Policy: JSON.stringify({ Statement: statement }) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  expect((await send()).status).toBe(200);
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'again' }));
  await expect(send()).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('a stored policy that cannot be evaluated counts as none, and the start goes on', async () => {
  const stored = temporaryDirectory();
  const before = await runGateway({ dataDir: stored.path });
  const { arn, url } = before.queues.put({ name: 'old', attributes: { Policy: UNKNOWN_OPERATOR } });
  const topic = before.topics.put({ name: 'old', attributes: { Policy: 'notjson' } });
  await before.close();
  const warning = jest.spyOn(console, 'error').mockImplementation(() => {});
  const after = await runGateway({ dataDir: stored.path });
  expect(warning.mock.calls.flat()).toEqual([
    expect.stringMatching(`policy of ${arn}: .*FooEquals.*counts as no policy`),
    expect.stringMatching(`policy of ${topic.arn}: it is no JSON. It counts as no policy`),
  ]);
  warning.mockRestore();
  const client = new SQSClient(clientConfig(after.gateway));
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
  const input = { QueueUrl: url, MessageBody: 'x' };
  await expect(after.gateway.call(EVENTS, { service: 'sqs', action: 'SendMessage', input })).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  client.destroy();
  await after.close();
  stored.remove();
});
