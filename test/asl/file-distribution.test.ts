import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../local/step-functions/json.ts';
import { INPUT, numbered, state } from './distribution-machine.ts';

async function refusal(input: Json): Promise<Json> {
  expect((await state('ValidateInput').choose(input)).next).toBe('InputRefused');
  const { error, cause } = await state('InputRefused').fail(input);
  expect(error).toBe('Storygate.InvalidInput');
  return cause;
}

describe('ValidateInput', () => {
  test('goes on with the source and each destination once', async () => {
    const { next, variables } = await state('ValidateInput').choose({
      ...INPUT,
      destinationBuckets: ['one', 'two', 'one', 'one', 'two', 'three'],
    });
    expect(next).toBe('LogWorkflowStart');
    expect(variables).toEqual({
      source: { sourceBucket: 'builds', sourceKey: 'eu/build 1.zip' },
      location: 's3://builds/eu/build 1.zip',
      destinations: ['one', 'two', 'three'],
      duplicates: ['one', 'two'],
      reasonLength: 500,
    });
  });

  test('keeps one destination a list, and a version', async () => {
    const input = { ...INPUT, destinationBuckets: ['one'], versionId: 'v1' };
    expect((await state('ValidateInput').choose(input)).variables).toMatchObject({
      source: { versionId: 'v1' },
      location: 's3://builds/eu/build 1.zip?versionId=v1',
      destinations: ['one'],
      duplicates: [],
    });
  });

  test('completes the names of its own buckets, and counts them as the same', async () => {
    const { variables } = await state('ValidateInput').choose({
      sourceBucket: 'global-builds',
      sourceKey: 'a',
      destinationBuckets: ['region-a-builds', 'region-a-builds-000000000000-us-east-1', 'region-c-builds'],
    });
    expect(variables).toMatchObject({
      source: { sourceBucket: 'global-builds-000000000000-us-east-1' },
      destinations: ['region-a-builds-000000000000-us-east-1', 'region-c-builds'],
      duplicates: ['region-a-builds-000000000000-us-east-1'],
    });
  });

  test('takes 1,000 destinations', async () => {
    const { next, variables } = await state('ValidateInput').choose({ ...INPUT, destinationBuckets: numbered(1000) });
    expect(next).toBe('LogWorkflowStart');
    expect(variables['reasonLength']).toBe(100);
  });

  test.each<[string, Json, string]>([
    [
      'nothing',
      {},
      'sourceBucket is missing, expected the name of a bucket; sourceKey is missing, expected the key of a file; destinationBuckets is missing, expected a list of 1 to 1000 bucket names',
    ],
    ['a text', 'x', 'the execution input is x, expected an object with sourceBucket, sourceKey and destinationBuckets'],
    [
      'an empty list',
      { ...INPUT, destinationBuckets: [] },
      'destinationBuckets is 0 entries, expected 1 to 1000 bucket names',
    ],
    [
      'more than 1,000',
      { ...INPUT, destinationBuckets: numbered(1001) },
      'destinationBuckets is 1001 entries, expected 1 to 1000 bucket names',
    ],
    [
      'a text for the list',
      { ...INPUT, destinationBuckets: 'one' },
      'destinationBuckets is one, expected a list of 1 to 1000 bucket names',
    ],
    [
      'a number in the list',
      { ...INPUT, destinationBuckets: ['one', 2, ''] },
      'destinationBuckets[1] is 2, expected the name of a bucket; destinationBuckets[2] is , expected the name of a bucket',
    ],
    ['an empty key', { ...INPUT, sourceKey: '' }, 'sourceKey is , expected the key of a file'],
    [
      'a number as version',
      { ...INPUT, versionId: 1 },
      'versionId is 1, expected a version id, or no field for the newest version',
    ],
  ])('refuses %s', async (_what, input, cause) => {
    expect(await refusal(input)).toBe(cause);
  });
});

describe('LogWorkflowStart', () => {
  test('records who distributes what to where', async () => {
    const { variables } = await state('ValidateInput').choose({ ...INPUT, versionId: 'v1' });
    expect(await state('LogWorkflowStart', variables).arguments(INPUT)).toEqual({
      TableName: 'FileCopyTracking',
      Item: {
        fileKey: { S: 'eu/build 1.zip' },
        sourceBucket: { S: 'builds' },
        versionId: { S: 'v1' },
        executionId: { S: 'run-1' },
        executionArn: { S: 'arn:aws:states:us-east-1:000000000000:execution:gate:run-1' },
        status: { S: 'IN_PROGRESS' },
        startTime: { S: '2025-03-01T09:00:00.000Z' },
        destinationBuckets: { L: [{ S: 'one' }, { S: 'two' }] },
        totalDestinations: { N: '2' },
      },
    });
  });
});

describe('a copy', () => {
  test('gets the source and its own bucket', async () => {
    const variables = { source: { sourceBucket: 'builds', sourceKey: 'k', versionId: 'v1' } };
    expect(await state('CopyFile', variables).arguments('one')).toMatchObject({
      Payload: { sourceBucket: 'builds', sourceKey: 'k', versionId: 'v1', destinationBucket: 'one' },
    });
  });

  test('is tried four times, 2, 4 and 8 seconds apart, and not again when it was refused', () => {
    expect(state('CopyFile').definition.Retry).toEqual([
      { ErrorEquals: ['CopyRefused'], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 },
    ]);
  });

  test.each<[string, JsonObject, string]>([
    [
      'its own error',
      { Error: 'CopyRefused', Cause: '{"errorType":"CopyRefused","errorMessage":"AccessDenied while reading"}' },
      'AccessDenied while reading',
    ],
    ['an error with quotes and breaks', { Error: 'CopyFailed', Cause: '{"errorMessage":"a \\"b\\"\\n c"}' }, "a 'b' c"],
    [
      'an unknown error',
      { Error: 'TypeError', Cause: '{"errorType":"TypeError","errorMessage":"x is not a function"}' },
      'TypeError: x is not a function',
    ],
    [
      'a throttle',
      { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate exceeded' },
      'Lambda.TooManyRequestsException: Rate exceeded',
    ],
    ['a timeout', { Error: 'States.Timeout' }, 'States.Timeout'],
  ])('that ends in %s gives its reason', async (_what, errorOutput, reason) => {
    const caught = await state('CopyFile').catch('one', errorOutput);
    expect(caught.next).toBe('RecordCopyFailure');
    const result = await state('RecordCopyFailure', { reasonLength: 500 }).pass(caught.output);
    expect(result).toEqual({ bucket: 'one', status: 'FAILED', reason });
  });

  test('has a shorter reason where there are many', async () => {
    const input = { bucket: 'one', error: 'CopyFailed', cause: JSON.stringify({ errorMessage: 'x'.repeat(5000) }) };
    const result = await state('RecordCopyFailure', { reasonLength: 100 }).pass(input);
    expect(result).toEqual({ bucket: 'one', status: 'FAILED', reason: 'x'.repeat(100) });
  });
});
