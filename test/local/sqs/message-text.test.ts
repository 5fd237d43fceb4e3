import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientConfig, type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  local = await runGateway();
  sqs = new SQSClient(clientConfig(local.gateway));
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'texts' })));
});
afterAll(async () => {
  sqs.destroy();
  await local.close();
});

test.each(['ship it 🚀', 'a\tb\r\nc', '\ud7ff\ue000\ufffd', '𐀀􏿿'])('a message may be %j', async (MessageBody) => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody }] }));
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  expect((await sqs.send(receive)).Messages?.map(({ Body }) => Body)).toEqual([MessageBody, MessageBody]);
});

test.each(['a\u0000', 'a\u001b', 'a\ufffe', 'a\uffff'])('a message may not be %j', async (MessageBody) => {
  await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).rejects.toMatchObject({
    name: 'InvalidMessageContents',
  });
});
