import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningGateway, runGateway } from '../gateway/running-gateway.ts';

let local: RunningGateway;
let QueueUrl: string;

beforeAll(async () => {
  local = await runGateway();
  QueueUrl = local.queues.put({ name: 'wire' }).url;
});
afterAll(() => local.close());

/** A request as a program of one's own may send it: SDKs would refuse most of these. */
async function call(action: string, input: object) {
  const response = await fetch(local.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
    body: JSON.stringify(input),
  });
  const body = JSON.parse(await response.text());
  return {
    status: response.status,
    code: body.__type,
    message: body.message,
    older: response.headers.get('x-amzn-query-error'),
  };
}

describe('a wrongly typed member is refused, never an error of the runtime', () => {
  test.each([
    ['SendMessage', { MessageBody: { a: 1 } }, 'MessageBody'],
    ['SendMessage', { MessageBody: 42 }, 'MessageBody'],
    ['SendMessage', { MessageBody: 'x', DelaySeconds: '1' }, 'DelaySeconds'],
    ['SendMessage', { MessageBody: 'x', QueueUrl: 42 }, 'QueueUrl'],
    ['SendMessage', { MessageBody: 'x', MessageAttributes: { a: 'b' } }, 'MessageAttributes.a'],
    ['SendMessageBatch', { Entries: 'x' }, 'Entries'],
    ['SendMessageBatch', { Entries: ['x'] }, 'Entries.0'],
    ['ReceiveMessage', { AttributeNames: 'All' }, 'AttributeNames'],
    ['ReceiveMessage', { MaxNumberOfMessages: 1.5 }, 'MaxNumberOfMessages'],
    ['GetQueueAttributes', { AttributeNames: {} }, 'AttributeNames'],
    ['SetQueueAttributes', { Attributes: { DelaySeconds: 1 } }, 'Attributes.DelaySeconds'],
    ['DeleteMessage', { ReceiptHandle: {} }, 'ReceiptHandle'],
    ['DeleteMessageBatch', { Entries: { Id: 'a' } }, 'Entries'],
    ['ChangeMessageVisibility', { ReceiptHandle: 'x', VisibilityTimeout: [] }, 'VisibilityTimeout'],
    ['UntagQueue', { TagKeys: 'x' }, 'TagKeys'],
    ['TagQueue', { Tags: ['x'] }, 'Tags'],
    ['GetQueueUrl', { QueueName: 42 }, 'QueueName'],
    ['StartMessageMoveTask', { SourceArn: 42 }, 'SourceArn'],
  ])('%s %j', async (action, input, member) => {
    expect(await call(action, { QueueUrl, ...input })).toMatchObject({
      status: 400,
      code: 'SerializationException',
      message: expect.stringContaining(`The member ${member} has a wrong type`),
    });
  });
});

describe('a missing member is named', () => {
  test.each([
    ['SendMessage', {}, 'MessageBody'],
    ['SendMessage', { MessageBody: 'x', QueueUrl: null }, 'QueueUrl'],
    ['SendMessageBatch', { Entries: [{ Id: 'a' }] }, 'Entries.0.MessageBody'],
    ['DeleteMessage', {}, 'ReceiptHandle'],
    ['CreateQueue', {}, 'QueueName'],
    ['UntagQueue', {}, 'TagKeys'],
    ['StartMessageMoveTask', {}, 'SourceArn'],
  ])('%s %j', async (action, input, member) => {
    expect(await call(action, { QueueUrl, ...input })).toMatchObject({
      status: 400,
      code: 'MissingParameter',
      message: `The request must contain the parameter ${member}.`,
    });
  });
});

describe('the error has the code of the query protocol as well', () => {
  const entries = (...ids: string[]) => ({ Entries: ids.map((Id) => ({ Id, MessageBody: 'x' })) });
  const attributes = { QueueName: 'wire', Attributes: { DelaySeconds: '7' } };
  const nowhere = '/000000000000/nowhere';
  test.each([
    ['GetQueueAttributes', { QueueUrl: nowhere }, 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    ['CreateQueue', attributes, 'QueueNameExists', 'QueueAlreadyExists'],
    ['SendMessageBatch', entries(), 'EmptyBatchRequest', 'AWS.SimpleQueueService.EmptyBatchRequest'],
    [
      'SendMessageBatch',
      entries('a', 'a'),
      'BatchEntryIdsNotDistinct',
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    ],
    ['SendMessageBatch', entries('ü'), 'InvalidBatchEntryId', 'AWS.SimpleQueueService.InvalidBatchEntryId'],
    [
      'SendMessageBatch',
      entries(...'abcdefghijk'),
      'TooManyEntriesInBatchRequest',
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    ],
    [
      'SendMessageBatch',
      { Entries: [{ Id: 'a', MessageBody: 'x'.repeat(1_048_577) }] },
      'BatchRequestTooLong',
      'AWS.SimpleQueueService.BatchRequestTooLong',
    ],
    ['ReceiveMessage', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue', 'InvalidParameterValue'],
  ])('%s: %#', async (action, input, code, older) => {
    expect(await call(action, { QueueUrl, ...input })).toMatchObject({ status: 400, code, older: `${older};Sender` });
  });
});
