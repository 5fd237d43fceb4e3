import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { failedItems } from '../../../local/lambda/batch-response.ts';
import type { MappingDefinition } from '../../../local/lambda/event-source-mappings.ts';
import { eventually } from '../../support/eventually.ts';
import { allow, type Compute, startCompute } from './local-compute.ts';

let local: Compute;
let queue: { url: string; arn: string };

beforeEach(async () => {
  local = await startCompute();
  queue = local.queues.put({ name: 'callbacks', attributes: { VisibilityTimeout: '30' } });
});

afterEach(() => {
  jest.restoreAllMocks();
  return local.stop();
});

/** Problems are said on stderr, too. */
const quiet = () => jest.spyOn(console, 'error').mockImplementation(() => {});

const UUID = '11111111-2222-4333-8444-555555555555';

function map(definition: Partial<MappingDefinition> = {}): void {
  local.lambda.putEventSourceMapping({ id: UUID, functionArn: 'consumer', eventSourceArn: queue.arn, ...definition });
  local.lambda.start();
}

const send = (body: string) => local.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body }));

async function left(): Promise<number> {
  const { Attributes } = await local.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queue.url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

const empty = () => eventually('an empty queue', async () => ((await left()) === 0 ? true : undefined));

/** What the function printed, without the runtime's own lines. */
const printed = () =>
  local
    .messages()
    .flatMap((message) => (message.includes('\tINFO\t') ? [message.split('\t').slice(3).join('\t')] : []));

const PRINTING =
  'export const handler = async ({ Records }) => { for (const { body } of Records) console.log(body); };';

describe('messages reach the function', () => {
  test('as records, and are deleted', async () => {
    local.deploy('consumer', 'export const handler = async ({ Records }) => console.log(JSON.stringify(Records));');
    map();

    await send('hello');

    await empty();
    expect(JSON.parse(printed()[0] ?? '')).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) }),
        messageAttributes: {},
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:callbacks',
        awsRegion: 'us-east-1',
      },
    ]);
  });

  test('those that filters want; the others are deleted unseen', async () => {
    local.deploy('consumer', PRINTING);
    map({ filters: ['{"body":{"status":["success"]}}'] });

    await send('{"status":"failure"}');
    await send('{"status":"success"}');

    await empty();
    expect(printed()).toEqual(['{"status":"success"}']);
  });

  test('in a batch that a window collects', async () => {
    local.deploy('consumer', 'export const handler = async ({ Records }) => console.log(Records.length);');
    map({ batchSize: 3, maximumBatchingWindowSeconds: 20 });

    await Promise.all(['a', 'b', 'c'].map(send));

    await empty();
    expect(printed()).toEqual(['3']);
  });

  test('again after the visibility timeout when the function fails', async () => {
    local.deploy(
      'consumer',
      `let calls = 0;
       export const handler = async ({ Records }) => {
         console.log(Records[0].attributes.ApproximateReceiveCount);
         if (++calls === 1) throw new Error('first');
       };`,
    );
    map();
    await send('again');
    await eventually('a failed call', () => local.messages().find((message) => message.includes('Invoke Error')));
    expect(await left()).toBe(1);

    local.clock.advance(30_000);

    await empty();
    expect(printed()).toEqual(['1', '2']);
  });

  test('only the failed ones with partial batch responses', async () => {
    local.deploy(
      'consumer',
      `export const handler = async ({ Records }) => {
         for (const { body } of Records) console.log(body);
         return { batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };
       };`,
    );
    map({ reportBatchItemFailures: true });

    await Promise.all(['good', 'bad', 'fine'].map(send));

    await eventually('the good ones gone', async () =>
      printed().length === 3 && (await left()) === 1 ? true : undefined,
    );
  });
});

describe('the mapping', () => {
  test('polls with the permissions of the role, and takes up work once it has them', async () => {
    quiet();
    allow(local.iam, ['logs:*']);
    local.deploy('consumer', PRINTING);
    map();
    await send('later');
    await eventually(
      'a problem',
      () => local.lambda.mappings.get(UUID).lastProcessingResult.match(/^PROBLEM: .*sqs:/)?.[0],
    );

    allow(local.iam, ['logs:*', 'sqs:*']);
    local.clock.advance(1_000);

    await empty();
    expect(printed()).toEqual(['later']);
  });

  test('refuses a queue whose messages come back too early', async () => {
    quiet();
    local.deploy('consumer', PRINTING, { timeoutSeconds: 31 });
    map();

    const problem = await eventually(
      'a problem',
      () => local.lambda.mappings.get(UUID).lastProcessingResult.match(/PROBLEM: .*/)?.[0],
    );
    expect(problem).toBe('PROBLEM: Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds');
  });

  test('never runs more batches than its maximum concurrency', async () => {
    local.deploy(
      'consumer',
      `import { setTimeout } from 'node:timers/promises';
       export const handler = async () => { console.log('in'); await setTimeout(20); console.log('out'); };`,
    );
    map({ batchSize: 1, maximumConcurrency: 2 });

    await Promise.all(Array.from({ length: 6 }, (_, index) => send(String(index))));

    await empty();
    let running = 0;
    const most = Math.max(...printed().map((line) => (line === 'in' ? ++running : running--)));
    expect(most).toBeLessThanOrEqual(2);
    expect(printed().filter((line) => line === 'in')).toHaveLength(6);
  });

  test('can be stopped and resumed by the API', async () => {
    local.deploy('consumer', PRINTING);
    map();
    await local.sdk.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    await send('held');
    expect((await local.sdk.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe('Disabled');
    expect(printed()).toEqual([]);

    await local.sdk.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));

    await empty();
    const { EventSourceMappings } = await local.sdk.send(
      new ListEventSourceMappingsCommand({ FunctionName: 'consumer' }),
    );
    expect(EventSourceMappings).toMatchObject([{ UUID, State: 'Enabled', BatchSize: 10 }]);
  });
});

describe('an update of a mapping', () => {
  const update = (asked: Partial<UpdateEventSourceMappingCommandInput>) =>
    local.sdk.send(new UpdateEventSourceMappingCommand({ UUID, ...asked }));

  test('changes filters, function and limit, and takes filters and limit away', async () => {
    local.deploy('consumer', PRINTING);
    local.deploy('other', PRINTING);
    map({ maximumConcurrency: 2 });
    const Filters = [{ Pattern: '{"body":["a"]}' }];

    expect(await update({ FilterCriteria: { Filters }, FunctionName: 'other' })).toMatchObject({
      FilterCriteria: { Filters },
      FunctionArn: expect.stringMatching(/:other$/),
      ScalingConfig: { MaximumConcurrency: 2 },
    });

    const plain = await update({ FilterCriteria: {}, ScalingConfig: {} });
    expect(plain.FilterCriteria).toBeUndefined();
    expect(plain.ScalingConfig).toBeUndefined();
  });

  test.each<[Partial<UpdateEventSourceMappingCommandInput>, string, string]>([
    [
      { MetricsConfig: { Metrics: ['EventCount'] } },
      'InvalidParameterValueException',
      'MetricsConfig is not served by the local runtime.',
    ],
    [{ FunctionName: 'nobody' }, 'ResourceNotFoundException', 'Function not found: '],
    [
      { FilterCriteria: { Filters: [{ Pattern: '{' }] } },
      'InvalidParameterValueException',
      'Invalid filter pattern definition. ',
    ],
    [
      { BatchSize: 0 },
      'ValidationException',
      "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { ScalingConfig: { MaximumConcurrency: 1 } },
      'ValidationException',
      "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2",
    ],
  ])('%j is refused', async (asked, name, message) => {
    local.deploy('consumer', PRINTING);
    map();

    await expect(update(asked)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe('partial batch responses', () => {
  const ids = ['a', 'b'];

  test.each([
    ['null', []],
    ['{}', []],
    ['{"batchItemFailures":null}', []],
    ['{"batchItemFailures":[]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
  ])('%s is understood', (response, failed) => {
    expect(failedItems(response, ids)).toEqual(failed);
  });

  test.each([
    '"done"',
    '{"batchItemFailures":"b"}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"id":"b"}]}',
    '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"unknown"}]}',
  ])('%s fails the whole batch', (response) => {
    expect(failedItems(response, ids)).toEqual(['a', 'b']);
  });
});
