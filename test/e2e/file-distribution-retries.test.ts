import { DescribeExecutionCommand, RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { pacedTime } from '../support/paced-time.ts';
import { Distribution } from './distribution.ts';
import { failedTries, statesOf } from './executions.ts';

let runtime: LocalRuntime;
let files: Distribution;
beforeAll(async () => {
  runtime = await startLocalRuntime();
  files = await Distribution.of(runtime);
}, 60_000);
afterEach(() => files.faults());
afterAll(() => runtime?.stop());

/** Lets retries come without waiting for them. */
const secondsPass = pacedTime((milliseconds) => runtime.advance(milliseconds));

describe('retries', () => {
  /** A key that is uploaded and distributed; what follows copies it to a bucket that is new. */
  async function prepared(bucket: string) {
    const sourceKey = `builds/for-${bucket}.zip`;
    await files.upload(sourceKey);
    await files.endOfUpload(sourceKey);
    await files.foreignBucket(bucket, true);
    return { sourceBucket: files.source, sourceKey, destinationBuckets: [bucket] };
  }

  test('a copy is tried four times', async () => {
    const input = await prepared('always-throttled');
    await files.faults({ kind: 'throttle', service: 's3', action: 'CopyObject' });
    const ended = await files.run(input, secondsPass);
    expect(failedTries(ended.events)).toEqual(Array(4).fill('CopyFile CopyFailed'));
    expect(await files.record(input.sourceKey)).toMatchObject({
      failedBuckets: [{ bucket: 'always-throttled', reason: expect.stringContaining('while writing the destination') }],
    });
  });

  test('a copy that succeeds at last is no failure', async () => {
    const input = await prepared('throttled-for-a-while');
    await files.faults({ kind: 'crash', function: 'storygate-dev-copy-file', when: 'before', count: 3 });
    const ended = await files.run(input, secondsPass);
    expect(ended.status).toBe('SUCCEEDED');
    expect(failedTries(ended.events)).toHaveLength(3);
  });

  test.each([
    ['PutItem', 'LogWorkflowStart'],
    ['UpdateItem', 'UpdateDynamoDBFinal'],
  ])('the record is written at the fourth try of %s', async (action, state) => {
    const input = await prepared(`slow-${action.toLowerCase()}`);
    await files.faults({ kind: 'error', service: 'dynamodb', action, count: 3 });
    const ended = await files.run(input, secondsPass);
    expect(ended.status).toBe('SUCCEEDED');
    expect(failedTries(ended.events).map((text) => text.split(' ')[0])).toEqual([state, state, state]);
  });

  test('a redriven execution goes on where it failed and copies nothing again', async () => {
    const input = await prepared('redriven');
    await files.faults({ kind: 'error', service: 'dynamodb', action: 'UpdateItem', count: 4 });
    const executionArn = await files.start(input);
    expect((await files.executions.ended(executionArn, secondsPass)).status).toBe('FAILED');

    const sfn = new SFNClient(runtime.client);
    await sfn.send(new RedriveExecutionCommand({ executionArn }));

    expect((await files.executions.ended(executionArn, secondsPass)).status).toBe('SUCCEEDED');
    const { redriveCount } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(redriveCount).toBe(1);
    const events = await files.executions.history(executionArn);
    expect(statesOf(events).filter((name) => name === 'CopyFile')).toHaveLength(1);
    expect(await files.record(input.sourceKey)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
