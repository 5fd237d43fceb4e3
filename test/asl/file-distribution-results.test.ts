import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../local/step-functions/json.ts';
import { INPUT, numbered, state } from './distribution-machine.ts';

/** What a state, its input and its arguments may carry. */
const LARGEST_PAYLOAD = 262_144;
/** SNS takes messages of at most 256 KB. */
const LARGEST_MESSAGE = 256_000;

/** From the input to what `ProcessResults` makes of the copies. */
async function process(input: JsonObject & { destinationBuckets: string[] }, results: Json[]) {
  const { variables } = await state('ValidateInput').choose(input);
  return { variables, output: await state('ProcessResults', variables).pass(results) };
}

const failed = (bucket: string, reason: string) => ({ bucket, status: 'FAILED', reason });

describe('the results', () => {
  test('when all is well', async () => {
    const { output, variables } = await process(INPUT, [
      { bucket: 'one', status: 'COPIED' },
      { bucket: 'two', status: 'UNCHANGED' },
    ]);
    expect(output).toEqual({
      status: 'SUCCEEDED',
      startTime: '2025-03-01T09:00:00.000Z',
      completionTime: '2025-03-01T09:00:02.000Z',
      totalDestinations: 2,
      successfulCopies: 2,
      unchangedCopies: 1,
      failedCopies: 0,
      successfulBuckets: ['one', 'two'],
      failedBuckets: [],
      duplicateBuckets: [],
    });
    expect((await state('CheckIfAllSuccessful', variables).choose(output)).next).toBe('AllCopiesSuccessful');
    expect(await state('PublishDomainEvent', variables).arguments(output)).toMatchObject({
      Entries: [{ DetailType: 'FileDistributed', Detail: { sourceKey: 'eu/build 1.zip', successfulCopies: 2 } }],
    });
  });

  test('when one fails', async () => {
    const { output, variables } = await process(INPUT, [{ bucket: 'one', status: 'COPIED' }, failed('two', 'full')]);
    expect(output).toMatchObject({
      status: 'PARTIALLY_FAILED',
      successfulBuckets: ['one'],
      failedBuckets: [{ bucket: 'two', reason: 'full' }],
    });
    expect((await state('CheckIfAllSuccessful', variables).choose(output)).next).toBe('SendFailureNotification');
    expect(await state('PublishDomainEvent', variables).arguments(output)).toMatchObject({
      Entries: [{ EventBusName: 'files', Source: 'storygate', DetailType: 'FileDistributionFailed' }],
    });
    expect(await state('SomeCopiesFailed', variables).fail(output)).toEqual({
      error: 'Storygate.SomeCopiesFailed',
      cause: '1 of 2 copies of s3://builds/eu/build 1.zip failed: two (full)',
    });
  });

  test('when all fail', async () => {
    const { output } = await process(INPUT, [failed('one', 'a'), failed('two', 'b')]);
    expect(output).toMatchObject({ status: 'FAILED', successfulBuckets: [], failedCopies: 2 });
  });

  test('are recorded only while the record is of this execution', async () => {
    const { output, variables } = await process(INPUT, [{ bucket: 'one', status: 'COPIED' }, failed('two', 'full')]);
    const update = state('UpdateDynamoDBFinal', variables);
    expect(await update.arguments(output)).toMatchObject({
      Key: { fileKey: { S: 'eu/build 1.zip' }, sourceBucket: { S: 'builds' } },
      ConditionExpression: 'executionArn = :executionArn',
      ExpressionAttributeValues: {
        ':executionArn': { S: 'arn:aws:states:us-east-1:000000000000:execution:gate:run-1' },
        ':status': { S: 'PARTIALLY_FAILED' },
        ':successfulCopies': { N: '1' },
        ':failedCopies': { N: '1' },
        ':successfulBuckets': { L: [{ S: 'one' }] },
        ':failedBuckets': { L: [{ M: { bucket: { S: 'two' }, reason: { S: 'full' } } }] },
        ':duplicateBuckets': { L: [] },
      },
    });
    const replaced = await update.catch(output, { Error: 'DynamoDB.ConditionalCheckFailedException', Cause: '' });
    expect(replaced).toMatchObject({ next: 'PublishDomainEvent', output });
  });

  test('fit into a state, a record and a message when a thousand copies fail', async () => {
    const destinationBuckets = numbered(1000, 'b'.repeat(59));
    const results = destinationBuckets.map((bucket) => failed(bucket, 'r'.repeat(100)));
    const { output, variables } = await process({ ...INPUT, destinationBuckets }, results);
    const size = (value: Json) => Buffer.byteLength(JSON.stringify(value));
    expect(size(results)).toBeLessThan(LARGEST_PAYLOAD);
    expect(size(output)).toBeLessThan(LARGEST_PAYLOAD);
    expect(size(await state('UpdateDynamoDBFinal', variables).arguments(output))).toBeLessThan(LARGEST_PAYLOAD);
    expect(size(await state('PublishDomainEvent', variables).arguments(output))).toBeLessThan(LARGEST_PAYLOAD);
    const message = await notification(variables, output);
    expect(Buffer.byteLength(message.Message)).toBeLessThan(LARGEST_MESSAGE);
    expect(message.Message.match(/^- b{59}/gm)).toHaveLength(500);
    expect(message.Message).toContain('- and 500 more; the tracking table has them all');
  });
});

async function notification(variables: JsonObject, output: Json): Promise<{ Subject: string; Message: string }> {
  const { Subject, Message } = Object(await state('SendFailureNotification', variables).arguments(output));
  return { Subject: String(Subject), Message: String(Message) };
}

describe('the notification', () => {
  test('reads well', async () => {
    const input = { ...INPUT, destinationBuckets: ['one', 'two', 'three', 'one'] };
    const { output, variables } = await process(input, [
      { bucket: 'one', status: 'UNCHANGED' },
      failed('two', 'NoSuchBucket while writing the destination'),
      failed('three', 'AccessDenied while writing the destination'),
    ]);
    const { Subject, Message } = await notification(variables, output);
    expect(Subject).toBe('File distribution failed: 2 of 3 copies of build 1.zip');
    expect(Message).toBe(`2 of 3 copies failed.

File:        s3://builds/eu/build 1.zip
Copied to:   1 of 3 buckets (1 had it already)
Failed for:  2 of 3 buckets
Execution:   run-1
Started:     2025-03-01T09:00:00.000Z
Ended:       2025-03-01T09:00:02.000Z

Failed buckets and why:
- two: NoSuchBucket while writing the destination
- three: AccessDenied while writing the destination

Named more than once and copied to once: one

Where to look further:
- Execution: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:000000000000:execution:gate:run-1
- Record:    table FileCopyTracking, fileKey eu/build 1.zip, sourceBucket builds
- Log of the copies: /aws/lambda/copy-file

Start the execution again with the same input when the cause is mended: only what is missing or different is copied then.`);
  });

  test.each([
    ['line breaks and other letters', 'a\r\nb-ü.zip', 'File distribution failed: 1 of 1 copies of a??b-?.zip'],
    ['a folder', 'x/y/', 'File distribution failed: 1 of 1 copies of x/y/'],
    ['a long name', `${'n'.repeat(200)}.zip`, `File distribution failed: 1 of 1 copies of ${'n'.repeat(56)}`],
  ])('has a subject that SNS takes, for %s', async (_what, sourceKey, subject) => {
    const input = { ...INPUT, sourceKey, destinationBuckets: ['one'] };
    const { output, variables } = await process(input, [failed('one', 'x')]);
    const { Subject } = await notification(variables, output);
    expect(Subject).toBe(subject);
    expect(Subject.length).toBeLessThan(100);
  });

  test('that cannot be sent is said', async () => {
    const { output, variables } = await process(INPUT, [{ bucket: 'one', status: 'COPIED' }, failed('two', 'full')]);
    const send = state('SendFailureNotification', variables);
    expect(send.definition.Retry).toEqual([
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
    ]);
    const caught = await send.catch(output, { Error: 'SNS.NotFoundException', Cause: 'Topic does not exist' });
    expect(caught.next).toBe('NotificationFailed');
    expect((await state('NotificationFailed', variables).fail(caught.output)).cause).toBe(
      '1 of 2 copies of s3://builds/eu/build 1.zip failed, and nobody was told: SNS.NotFoundException: Topic does not exist',
    );
  });
});
