import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let sqs: SQSClient;

beforeAll(async () => {
  local = await runGateway();
  sqs = new SQSClient(clientConfig(local.gateway));
});
afterAll(async () => {
  sqs.destroy();
  await local.close();
});

const receive = (QueueUrl: string, WaitTimeSeconds = 0) =>
  sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MessageSystemAttributeNames: ['All'] }));

test('a queue is addressed on the gateway itself', async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'plain' }));
  expect(QueueUrl).toBe(`${local.gateway.url}/000000000000/plain`);
  expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'plain' }))).QueueUrl).toBe(QueueUrl);
  expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'pla' }))).QueueUrls).toEqual([QueueUrl]);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({ QueueArn: 'arn:aws:sqs:us-east-1:000000000000:plain', VisibilityTimeout: '30' });
});

test('a message is received, hidden, and gone once deleted', async () => {
  const { url: QueueUrl } = local.queues.put({ name: 'letters' });
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
    }),
  );
  const first = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
  expect(first.Messages).toMatchObject([{ Body: 'hello', MessageAttributes: { kind: { StringValue: 'greeting' } } }]);
  expect((await receive(QueueUrl)).Messages).toBeUndefined();
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
});

test('a receiver that waits gets a message as soon as its delay or invisibility ends', async () => {
  const { url: QueueUrl } = local.queues.put({ name: 'waiting', attributes: { VisibilityTimeout: '1' } });
  const waiting = receive(QueueUrl, 5);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 1 }));
  expect((await waiting).Messages).toMatchObject([{ Body: 'later' }]);
  expect((await receive(QueueUrl, 5)).Messages).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }]);
});

test('a message that is received too often goes to the dead-letter queue and can be moved back', async () => {
  const dead = local.queues.put({ name: 'dead' });
  const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
  const { url, arn } = local.queues.put({ name: 'source', attributes: { RedrivePolicy: redrive } });
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }));
  for (const count of ['1', '2']) {
    const { Messages } = await receive(url);
    expect(Messages).toMatchObject([{ MessageId, Attributes: { ApproximateReceiveCount: count } }]);
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
  }
  expect((await receive(url)).Messages).toBeUndefined();
  const letters = await receive(dead.url);
  expect(letters.Messages).toMatchObject([
    { MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn, ApproximateReceiveCount: '3' } },
  ]);
  const ReceiptHandle = letters.Messages?.[0]?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: dead.url, ReceiptHandle, VisibilityTimeout: 0 }));

  const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
  expect(sources.queueUrls).toEqual([url]);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
  const { Messages } = await receive(url, 5);
  expect(Messages).toMatchObject([{ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } }]);
  expect(Messages?.[0]?.MessageId).not.toBe(MessageId);
  const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
});

test('only dead-letter queues are moved from', async () => {
  const { arn } = local.queues.put({ name: 'ordinary' });
  await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))).rejects.toMatchObject({
    message: 'Source queue must be configured as a Dead Letter Queue.',
  });
});

test('a queue that is not there is named as SQS does', async () => {
  const QueueUrl = `${local.gateway.url}/000000000000/nowhere`;
  await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
});

test('a role sends only where its policy lets it', async () => {
  const allowed = local.queues.put({ name: 'allowed' });
  const forbidden = local.queues.put({ name: 'forbidden' });
  const roleArn = 'arn:aws:iam::000000000000:role/sender';
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: allowed.arn };
  local.iam.putRole({
    name: 'sender',
    arn: roleArn,
    assumeRolePolicy: { Statement: [] },
    inlinePolicies: { send: { Version: '2012-10-17', Statement: [statement] } },
  });
  const sender = new SQSClient(clientConfig(local.gateway, local.iam.accessKeyOf(roleArn, 'test')));
  const Entries = [{ Id: '1', MessageBody: 'x' }];
  const batch = await sender.send(new SendMessageBatchCommand({ QueueUrl: allowed.url, Entries }));
  expect(batch.Successful).toHaveLength(1);
  await expect(
    sender.send(new SendMessageCommand({ QueueUrl: forbidden.url, MessageBody: 'x' })),
  ).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:forbidden'),
  });
  sender.destroy();
});

test("a queue's policy counts as soon as it is set", async () => {
  const { url: QueueUrl, arn } = local.queues.put({ name: 'shared' });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
    ],
  });
  const events = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:::rule/r' } as const;
  const send = () =>
    local.gateway.call(events, { service: 'sqs', action: 'SendMessage', input: { QueueUrl, MessageBody: 'x' } });
  await expect(send()).rejects.toMatchObject({ code: 'AccessDenied' });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  expect((await send()).status).toBe(200);
});
