import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let sns: SNSClient;
let sqs: SQSClient;
let TopicArn: string;
let queue: { url: string; arn: string };
let SubscriptionArn: string;

beforeAll(async () => {
  local = await runGateway();
  sns = new SNSClient(clientConfig(local.gateway));
  sqs = new SQSClient(clientConfig(local.gateway));
  TopicArn = local.topics.put({ name: 'news' }).arn;
  queue = local.queues.put({ name: 'readers' });
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queue.arn };
  local.queues.setPolicy(queue.url, { Statement: statement });
  const attributes = { RawMessageDelivery: 'true' };
  SubscriptionArn = local.topics.subscribe({
    topicArn: TopicArn,
    protocol: 'sqs',
    endpoint: queue.arn,
    attributes,
  }).arn;
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await local.close();
});

const invalid = (message: string) => ({
  name: 'InvalidParameterException',
  message: expect.stringContaining(`Invalid parameter: ${message}`),
});
const publish = (input: PublishCommandInput) => sns.send(new PublishCommand({ TopicArn, ...input }));
async function bodies(): Promise<(string | undefined)[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body }) => Body);
}

describe('a filter policy is refused, when subscribing and later', () => {
  test.each([
    ['notjson', 'failed to parse JSON. Unrecognized token'],
    ['["a"]', 'Filter is not an object'],
    ['{"a":"x"}', '"a" must be an object or an array'],
    ['{"a":[]}', 'Empty arrays are not allowed'],
    ['{"a":[["x"]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a":[{"foo":1}]}', 'Unrecognized match type foo'],
    ['{"a":[{"exactly":"x"}]}', 'Unrecognized match type exactly'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed in match expression'],
    ['{"a":[{"prefix":{"equals-ignore-case":"x"}}]}', 'prefix match pattern must be a string'],
    ['{"a":[{"exists":"no"}]}', 'exists match pattern must be either true or false.'],
    ['{"a":[{"numeric":["=","x"]}]}', 'Value of equals must be numeric'],
    ['{"a":[{"anything-but":{"equals-ignore-case":"x"}}]}', 'Unsupported anything-but pattern: equals-ignore-case'],
  ])('%s', async (FilterPolicy, problem) => {
    const Endpoint = `${queue.arn}-other`;
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { FilterPolicy } });
    await expect(sns.send(subscribe)).rejects.toMatchObject(invalid(`Attributes Reason: FilterPolicy: ${problem}`));
    const change = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: FilterPolicy };
    await expect(sns.send(new SetSubscriptionAttributesCommand(change))).rejects.toMatchObject(
      invalid(`FilterPolicy: ${problem}`),
    );
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes?.['FilterPolicy']).toBeUndefined();
  });

  test('one with nested fields belongs to message bodies', async () => {
    const Attributes = { FilterPolicy: '{"a":{"b":["x"]}}' };
    const subscribe = (more: object) =>
      sns.send(
        new SubscribeCommand({
          TopicArn: local.topics.put({ name: 'nested' }).arn,
          Protocol: 'sqs',
          Endpoint: queue.arn,
          Attributes: { ...Attributes, ...more },
        }),
      );
    await expect(subscribe({})).rejects.toMatchObject(
      invalid('Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy'),
    );
    expect((await subscribe({ FilterPolicyScope: 'MessageBody' })).SubscriptionArn).toMatch(/:nested:/);
  });

  test('a template is held to the same', () => {
    const attributes = { FilterPolicy: '{"a":"x"}' };
    const subscribe = () => local.topics.subscribe({ topicArn: TopicArn, protocol: 'sqs', endpoint: 'q', attributes });
    expect(subscribe).toThrow('"a" must be an object or an array');
  });
});

test.each([
  ['{"a":["x",1,null,{"prefix":"a"},{"suffix":"a"},{"equals-ignore-case":"a"},{"exists":true}]}'],
  ['{"a":[{"anything-but":["x"]},{"anything-but":{"prefix":"y"}},{"numeric":[">",1,"<=",5]},{"cidr":"10.0.0.0/8"}]}'],
  ['{"$or":[{"a":["x"]},{"b":["y"]}]}'],
  ['{}'],
  [''],
])('the filter policy %s is accepted', async (FilterPolicy) => {
  const set = (AttributeValue: string) =>
    sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue }));
  await set(FilterPolicy);
  await set('{}');
});

test.each([
  ['FilterPolicyScope', 'Foo', 'FilterPolicyScope: Invalid value [Foo]. Please use either MessageBody or Mess'],
  ['RawMessageDelivery', 'maybe', 'RawMessageDelivery: Invalid value [maybe]. Must be true or false.'],
  ['Foo', 'x', 'AttributeName'],
])('a subscription is not given %s %s', async (AttributeName, AttributeValue, problem) => {
  const set = new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue });
  await expect(sns.send(set)).rejects.toMatchObject(invalid(problem));
});

describe('CreateTopic', () => {
  test.each([
    ['f.fifo', {}, 'Topic Name'],
    ['f', { FifoTopic: 'true' }, 'Topic Name'],
    ['a b', {}, 'Topic Name'],
    ['x', { Foo: 'x' }, 'Attributes Reason: Unknown attribute Foo'],
  ])('%s with %j is refused', async (Name, Attributes: Record<string, string>, problem) => {
    await expect(sns.send(new CreateTopicCommand({ Name, Attributes }))).rejects.toMatchObject(invalid(problem));
  });

  test('a FIFO topic says that it is one', async () => {
    const Attributes = { FifoTopic: 'true', DisplayName: 'F' };
    const { TopicArn: arn } = await sns.send(new CreateTopicCommand({ Name: 'f.fifo', Attributes }));
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(topic.Attributes).toMatchObject(Attributes);
  });
});

test('the subscriptions of a topic that is not there are not listed', async () => {
  const list = sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: `${TopicArn}-not` }));
  await expect(list).rejects.toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist' });
});

describe('a publication is refused', () => {
  test.each([
    [{ Message: '' }, 'Empty message'],
    [{ Message: 'x', Subject: '' }, 'Subject'],
    [{ Message: 'x', Subject: 'x'.repeat(101) }, 'Subject'],
    [{ Message: 'x', Subject: 'two\nlines' }, 'Subject'],
    [{ Message: 'x', MessageStructure: 'json' }, 'Message Structure - JSON message body failed to parse'],
    [{ Message: '{"sqs":"x"}', MessageStructure: 'json' }, 'Message Structure - No default entry in JSON message body'],
    [{ Message: 'x', TopicArn: undefined, PhoneNumber: '+4930123456' }, 'PhoneNumber Reason: publishing to telephones'],
  ])('%j', async (input, problem) => {
    await expect(publish(input)).rejects.toMatchObject(invalid(problem));
    expect(await bodies()).toEqual([]);
  });
});

test('an entry without a message fails alone', async () => {
  const batch = (...messages: string[]) => {
    const PublishBatchRequestEntries = messages.map((Message, index) => ({ Id: `m${index}`, Message }));
    return sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  };
  const failed = (Id: string) => ({ Id, SenderFault: true, Message: 'Invalid parameter: Empty message' });
  expect(await batch('x', '')).toMatchObject({ Successful: [{ Id: 'm0' }], Failed: [failed('m1')] });
  expect(await batch('', '')).toMatchObject({ Successful: [], Failed: [failed('m0'), failed('m1')] });
  expect(await bodies()).toEqual(['x']);
});

test('a message that differs by protocol reaches a queue as the text for queues', async () => {
  const MessageStructure = 'json';
  await publish({ MessageStructure, Message: '{"default":"all","sqs":"queues"}' });
  await publish({
    MessageStructure,
    Message: '{"default":"all","email":"mail"}',
    TopicArn: undefined,
    TargetArn: TopicArn,
  });
  const entry = { Id: 'a', MessageStructure, Message: '{"default":"batch"}' };
  await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [entry] }));
  expect(await bodies()).toEqual(['queues', 'all', 'batch']);
});
