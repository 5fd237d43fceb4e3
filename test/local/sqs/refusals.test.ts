import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type GetQueueAttributesCommandInput,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

const clock = new MovableClock();
let local: RunningGateway;
let sqs: SQSClient;
let QueueUrl: string;
let fifoUrl: string;

beforeAll(async () => {
  local = await runGateway({ clock });
  sqs = new SQSClient({ ...clientConfig(local.gateway), md5: false });
  QueueUrl = local.queues.put({ name: 'plain' }).url;
  fifoUrl = local.queues.put({ name: 'plain.fifo', attributes: { ContentBasedDeduplication: 'true' } }).url;
});
afterAll(async () => {
  sqs.destroy();
  await local.close();
});

const failure = (code: string, message: string | RegExp, status = 400) => ({
  name: code,
  message: expect.stringMatching(message),
  $metadata: expect.objectContaining({ httpStatusCode: status }),
});
const attributesOf = (AttributeNames?: GetQueueAttributesCommandInput['AttributeNames']) =>
  sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })).then(({ Attributes }) => Attributes);

async function held(body: string, url = QueueUrl): Promise<string> {
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
  return Messages?.[0]?.ReceiptHandle ?? '';
}

const Attribute = (DataType: string, StringValue: string) => ({ MessageAttributes: { a: { DataType, StringValue } } });
const eleven = Object.fromEntries(
  Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: 'String', StringValue: 'x' }]),
);
const badMessages: readonly (readonly [string, Partial<SendMessageCommandInput>, string])[] = [
  ['a delay above 900 s', { DelaySeconds: 901 }, 'Value 901 for parameter DelaySeconds is invalid'],
  ['eleven attributes', { MessageAttributes: eleven }, 'Number of message attributes .11. exceeds the allowed maximum'],
  ['an empty String', Attribute('String', ''), "^Message .user. attribute 'a' must contain a non-empty value of type"],
  ['a Number that is none', Attribute('Number', 'x'), "^Can't cast the value of message .user. attribute 'a' to a num"],
  ['an unknown type', Attribute('Foo', 'x'), "^The type of message .user. attribute 'a' is invalid"],
  ['a deduplication id', { MessageDeduplicationId: 'd' }, 'Value d for parameter MessageDeduplicationId is invalid'],
  ['a group with spaces', { MessageGroupId: 'a b' }, 'Value a b for parameter MessageGroupId is invalid'],
  [
    'an unknown system attribute',
    { MessageSystemAttributes: { Foo: { DataType: 'String', StringValue: 'x' } } } as never,
    "Message system attribute name 'Foo' is invalid",
  ],
];

describe('a message is refused with', () => {
  test.each(badMessages)('%s', async (_, more, message) => {
    const send = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }));
    await expect(send).rejects.toMatchObject(failure('InvalidParameterValue', message));
  });

  test.each(badMessages)('%s, alone of its batch', async (_, more, message) => {
    const Entries = [
      { Id: 'bad', MessageBody: 'x', ...more },
      { Id: 'good', MessageBody: 'x' },
    ];
    expect(await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [
        { Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue', Message: expect.stringMatching(message) },
      ],
    });
    await local.queues.store.getQueueByName('plain')?.purge();
  });
});

describe('receipt handles', () => {
  test('one that never was is refused', async () => {
    const ReceiptHandle = 'garbage';
    const invalid = failure('ReceiptHandleIsInvalid', 'The input receipt handle "garbage" is not a valid', 404);
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).rejects.toMatchObject(invalid);
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 });
    await expect(sqs.send(change)).rejects.toMatchObject(invalid);
  });

  test('a deleted message is deleted again, but not hidden again', async () => {
    const ReceiptHandle = await held('x');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 });
    const gone =
      /^Value \S+ for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available/;
    await expect(sqs.send(change)).rejects.toMatchObject(failure('InvalidParameterValue', gone));
  });

  test('in a batch each fails by itself', async () => {
    const Entries = [
      { Id: 'bad', ReceiptHandle: 'garbage', VisibilityTimeout: 0 },
      { Id: 'good', ReceiptHandle: await held('x'), VisibilityTimeout: 0 },
    ];
    const outcome = { Successful: [{ Id: 'good' }], Failed: [{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }] };
    expect(await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))).toMatchObject(outcome);
    expect(await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject(outcome);
  });
});

describe('queue attributes', () => {
  test('none is answered where none is named, and an unknown one is refused', async () => {
    expect(await attributesOf()).toBeUndefined();
    expect(await attributesOf(['VisibilityTimeout'])).toEqual({ VisibilityTimeout: '30' });
    const names = ['Foo'] as never;
    await expect(attributesOf(names)).rejects.toMatchObject(
      failure('InvalidAttributeName', /^Unknown Attribute Foo\.$/),
    );
  });

  const policy = (deadLetterTargetArn: string, maxReceiveCount: unknown) =>
    JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  const PLAIN = 'arn:aws:sqs:us-east-1:000000000000:plain';
  test.each([
    [{ Foo: 'x' }, 'InvalidAttributeName', 'Unknown Attribute Foo.'],
    [{ FifoQueue: 'true' }, 'InvalidAttributeName', 'Unknown Attribute FifoQueue.'],
    [{ RedrivePolicy: 'nojson' }, 'InvalidParameterValue', 'Redrive policy is not a valid JSON map.'],
    [{ RedrivePolicy: '{}' }, 'InvalidParameterValue', 'mandatory attribute: deadLetterTargetArn.'],
    [{ RedrivePolicy: policy(`${PLAIN}-not`, 1) }, 'InvalidParameterValue', 'Dead letter target does not exist.'],
    [{ RedrivePolicy: policy(PLAIN, 0) }, 'InvalidParameterValue', 'Invalid value for maxReceiveCount: 0'],
    [{ RedrivePolicy: policy(PLAIN, 1001) }, 'InvalidParameterValue', 'Invalid value for maxReceiveCount: 1001'],
    [{ RedrivePolicy: policy(`${PLAIN}.fifo`, 1) }, 'InvalidParameterValue', 'must be same type of queue'],
  ])('%j is refused', async (Attributes: Record<string, string>, code, message) => {
    const set = new SetQueueAttributesCommand({ QueueUrl, Attributes });
    await expect(sqs.send(set)).rejects.toMatchObject(failure(code, message));
    expect(await attributesOf(['RedrivePolicy'])).toBeUndefined();
  });

  test('a redrive policy is set and taken away', async () => {
    const RedrivePolicy = policy(PLAIN, '5');
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    expect(await attributesOf(['RedrivePolicy'])).toEqual({ RedrivePolicy });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
    expect(await attributesOf(['RedrivePolicy'])).toBeUndefined();
  });
});

describe('CreateQueue', () => {
  test.each([
    ['bad name!', {}, 'InvalidParameterValue', 'Can only include alphanumeric characters'],
    ['x.fifo', {}, 'InvalidParameterValue', 'Can only include alphanumeric characters'],
    ['x', { FifoQueue: 'true' }, 'InvalidParameterValue', 'must end with .fifo suffix'],
    ['x'.repeat(81), {}, 'InvalidParameterValue', '1 to 80 in length'],
    [
      'x',
      { ContentBasedDeduplication: 'true' },
      'InvalidAttributeName',
      'Unknown Attribute ContentBasedDeduplication.',
    ],
    ['x', { Foo: 'x' }, 'InvalidAttributeName', 'Unknown Attribute Foo.'],
  ])('%s with %j is refused', async (QueueName, Attributes: Record<string, string>, code, message) => {
    const create = new CreateQueueCommand({ QueueName, Attributes });
    await expect(sqs.send(create)).rejects.toMatchObject(failure(code, message));
  });

  test('a FIFO queue says that it is one', async () => {
    const Attributes = { FifoQueue: 'true', DeduplicationScope: 'messageGroup' };
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: 'y.fifo', Attributes }));
    expect(url).toMatch(/\/y\.fifo$/);
  });
});

test('a queue is purged once a minute', async () => {
  const { url } = local.queues.put({ name: 'purged' });
  const purge = () => sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  await purge();
  await expect(purge()).rejects.toMatchObject(
    failure('PurgeQueueInProgress', 'Only one PurgeQueue operation on purged is allowed every 60 seconds.', 403),
  );
  clock.advance(60_000);
  await purge();
});

test('one move task runs at a time', async () => {
  const dead = local.queues.put({ name: 'dead' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  local.queues.put({ name: 'source', attributes: { RedrivePolicy } });
  for (const MessageBody of ['1', '2', '3'])
    await sqs.send(new SendMessageCommand({ QueueUrl: dead.url, MessageBody }));
  const start = () =>
    sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 }));
  await start();
  await expect(start()).rejects.toMatchObject(
    failure('InvalidParameterValue', 'There is already a task running. Only one active task is allowed'),
  );
});

test('the trace header of a message is told to who asks for it', async () => {
  const { url } = local.queues.put({ name: 'traced' });
  const header = (StringValue: string) => ({ AWSTraceHeader: { DataType: 'String', StringValue } });
  await sqs.send(
    new SendMessageCommand({ QueueUrl: url, MessageBody: 'x', MessageSystemAttributes: header('Root=1-a') }),
  );
  const Entries = [
    { Id: 'a', MessageBody: 'x', MessageSystemAttributes: header('Root=1-b') },
    { Id: 'b', MessageBody: 'x' },
  ];
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  const ask = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const asked = await sqs.send(new ReceiveMessageCommand({ ...ask, MessageSystemAttributeNames: ['AWSTraceHeader'] }));
  expect(asked.Messages?.map(({ Attributes }) => Attributes)).toEqual([
    { AWSTraceHeader: 'Root=1-a' },
    { AWSTraceHeader: 'Root=1-b' },
    undefined,
  ]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand(ask));
  expect(Messages?.[0]?.Attributes).toBeUndefined();
});

describe('a FIFO queue', () => {
  const send = (MessageGroupId: string, MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: fifoUrl, MessageBody, MessageGroupId }));
  const receive = async (more = {}) => {
    const ask = { QueueUrl: fifoUrl, MaxNumberOfMessages: 10, ...more };
    return (await sqs.send(new ReceiveMessageCommand(ask))).Messages ?? [];
  };

  test('hands out several messages of a group in order, and no more of it while one is in flight', async () => {
    for (const body of ['a1', 'b1', 'a2', 'a3', 'b2']) await send(body.charAt(0), body);
    const first = await receive({ MaxNumberOfMessages: 2 });
    expect(first.map(({ Body }) => Body)).toEqual(['a1', 'a2']);
    const rest = await receive();
    expect(rest.map(({ Body }) => Body)).toEqual(['b1', 'b2']);
    expect(await receive()).toEqual([]);
    for (const { ReceiptHandle } of first)
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: fifoUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect((await receive()).map(({ Body }) => Body)).toEqual(['a1', 'a2', 'a3']);
  });
});

test('the queue of another account is not this one', async () => {
  const other = `${local.gateway.url}/111111111111/plain`;
  const missing = failure('QueueDoesNotExist', 'The specified queue does not exist.');
  await expect(sqs.send(new SendMessageCommand({ QueueUrl: other, MessageBody: 'x' }))).rejects.toMatchObject(missing);
  const ask = new GetQueueUrlCommand({ QueueName: 'plain', QueueOwnerAWSAccountId: '111111111111' });
  await expect(sqs.send(ask)).rejects.toMatchObject(missing);
});
