import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pacedTime } from '../support/paced-time.ts';
import { signedPost } from '../support/signed-fetch.ts';
import { type AnyTarget, locally, startTarget } from '../support/target.ts';
import { Distribution } from './distribution.ts';
import { failedTries, outcomeOf, statesOf } from './executions.ts';

let target: AnyTarget;
/** The two destinations of the default configuration. */
let regionA: string;
let regionB: string;
let files: Distribution;
let notification: Awaited<ReturnType<Distribution['subscribe']>>;
let domainEvent: Awaited<ReturnType<Distribution['subscribeToEvents']>>;
beforeAll(async () => {
  target = await startTarget();
  files = await Distribution.of(target);
  [regionA = '', regionB = ''] = files.destinations;
  notification = await files.subscribe();
  domainEvent = await files.subscribeToEvents();
}, 60_000);
afterEach(async () => {
  if (target.local) await files.faults();
});
afterAll(() => target?.stop());

/** Lets retries come without waiting for them. */
const secondsPass = pacedTime((milliseconds) => target.pass(milliseconds));

let keys = 0;
const newKey = () => `builds/build-${target.run}${++keys}.zip`;

describe('an uploaded file', () => {
  test('is in every destination, recorded and announced', async () => {
    const key = newKey();
    await files.upload(key, 'the build', { Tagging: 'team=platform' });

    const { status, events } = await files.endOfUpload(key);

    expect(status).toBe('SUCCEEDED');
    expect(statesOf(events).filter((name) => name !== 'CopyFile')).toEqual([
      'ValidateInput',
      'LogWorkflowStart',
      'CopyToMultipleBuckets',
      'ProcessResults',
      'UpdateDynamoDBFinal',
      'PublishDomainEvent',
      'CheckIfAllSuccessful',
      'AllCopiesSuccessful',
    ]);
    expect(files.destinations).toEqual([
      expect.stringMatching(/^region-a-builds-\d{12}-[a-z0-9-]+$/),
      expect.stringMatching(/^region-b-builds-\d{12}-[a-z0-9-]+$/),
    ]);
    for (const bucket of files.destinations) expect(await files.content(bucket, key)).toBe('the build');
    expect(await files.record(key)).toEqual({
      fileKey: key,
      sourceBucket: expect.stringMatching(/^global-builds-\d{12}-[a-z0-9-]+$/),
      executionId: expect.stringMatching(/^builds-build-\d+-zip-[0-9a-f]{20}$/),
      executionArn: expect.stringContaining(`:execution:${target.prefix}-file-distribution:builds-build-`),
      status: 'SUCCEEDED',
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      completionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      destinationBuckets: [regionA, regionB],
      totalDestinations: 2,
      successfulCopies: 2,
      unchangedCopies: 0,
      failedCopies: 0,
      successfulBuckets: [regionA, regionB],
      failedBuckets: [],
      duplicateBuckets: [],
    });
    expect(await domainEvent()).toMatchObject({
      'detail-type': 'FileDistributed',
      detail: { schemaVersion: 1, sourceKey: key, successfulCopies: 2 },
    });
  });

  locally('it delivers an event twice', () => {
    test('starts one execution when its event comes twice, another one when it is uploaded again', async () => {
      const key = newKey();
      await files.faults({ kind: 'duplicate', service: 'events', count: 1 });
      await files.upload(key, 'first');
      await files.endOfUpload(key);
      await domainEvent();
      expect(await files.executions.startedBy(key)).toHaveLength(1);

      await files.upload(key, 'second');
      await domainEvent();

      expect(await files.executions.startedBy(key)).toHaveLength(2);
      expect(await files.content(regionA, key)).toBe('second');
    });
  });
});

describe('started by hand', () => {
  test('with base names of buckets, a file that is there already is left alone', async () => {
    const key = newKey();
    await files.upload(key);
    await files.endOfUpload(key);
    await domainEvent();
    const ended = await files.run({
      sourceBucket: 'global-builds',
      sourceKey: key,
      destinationBuckets: ['region-a-builds', 'region-b-builds'],
    });
    await domainEvent();
    expect(outcomeOf(ended)).toMatchObject({ status: 'SUCCEEDED', successfulCopies: 2, unchangedCopies: 2 });
  });

  test('over HTTP, signed', async () => {
    const body = { sourceBucket: 'global-builds', sourceKey: newKey(), destinationBuckets: ['region-b-builds'] };
    await files.upload(body.sourceKey);
    await files.endOfUpload(body.sourceKey);
    await domainEvent();
    const response = await signedPost(files.output('StartApiEndpoint'), body, target.client);
    expect(response.status).toBe(202);
    const { executionArn, input } = JSON.parse(await response.text());
    expect(input).toEqual(body);
    expect((await files.executions.ended(executionArn)).status).toBe('SUCCEEDED');
    await domainEvent();

    const refused = await signedPost(files.output('StartApiEndpoint'), { sourceKey: 7 }, target.client);
    expect(refused.status).toBe(400);
  });

  test('over HTTP without a signature is forbidden', async () => {
    const response = await fetch(files.output('StartApiEndpoint'), { method: 'POST', body: '{}' });
    expect(response.status).toBe(403);
  });

  test.each([
    [{}, 'sourceBucket is missing'],
    [{ destinationBuckets: [] }, 'destinationBuckets is 0 entries, expected 1 to 1000 bucket names'],
    [
      { destinationBuckets: Array.from({ length: 1001 }, (_, i) => `bucket-${i}`) },
      'destinationBuckets is 1001 entries, expected 1 to 1000 bucket names',
    ],
  ])('without what it needs it fails at once and says why', async (more, cause) => {
    const ended = await files.run('destinationBuckets' in more ? { sourceBucket: 'b', sourceKey: 'k', ...more } : more);
    expect(outcomeOf(ended)).toEqual({ error: 'Storygate.InvalidInput', cause: expect.stringContaining(cause) });
    expect(statesOf(ended.events)).toEqual(['ValidateInput', 'InputRefused']);
  });
});

describe('when copies fail', () => {
  locally('it makes buckets of someone else', () => {
    test('each destination has its own result, and people are told', async () => {
      const sourceKey = newKey();
      await files.upload(sourceKey, 'content');
      await files.endOfUpload(sourceKey);
      await domainEvent();
      await files.foreignBucket('closed-to-us', false);
      await files.foreignBucket('open-to-us', true);

      const ended = await files.run({
        sourceBucket: files.source,
        sourceKey,
        destinationBuckets: [regionA, 'closed-to-us', files.source, 'open-to-us', regionA, 'Not A Bucket'],
      });

      expect(ended.status).toBe('FAILED');
      expect(statesOf(ended.events).slice(-4)).toEqual([
        'PublishDomainEvent',
        'CheckIfAllSuccessful',
        'SendFailureNotification',
        'SomeCopiesFailed',
      ]);
      expect(failedTries(ended.events)).toEqual([
        'CopyFile CopyRefused',
        'CopyFile CopyRefused',
        'CopyFile CopyRefused',
      ]);
      const failedBuckets = [
        { bucket: 'closed-to-us', reason: 'AccessDenied while reading the destination' },
        { bucket: files.source, reason: 'it is the source bucket: a file cannot be copied onto itself' },
        { bucket: 'Not A Bucket', reason: expect.stringContaining('expected the name of a bucket') },
      ];
      expect(await files.record(sourceKey)).toMatchObject({
        status: 'PARTIALLY_FAILED',
        totalDestinations: 5,
        successfulBuckets: [regionA, 'open-to-us'],
        failedBuckets,
        duplicateBuckets: [regionA],
      });
      expect(await domainEvent()).toMatchObject({ 'detail-type': 'FileDistributionFailed', detail: { failedBuckets } });
      expect(await files.content('open-to-us', sourceKey)).toBe('content');
      const { Subject, Message } = await notification();
      expect(Subject).toMatch(/^File distribution failed: 3 of 5 copies of build-\d+\.zip$/);
      expect(Message).toContain('\n- closed-to-us: AccessDenied while reading the destination\n');
      expect(Message).toContain(
        '#/v2/executions/details/arn:aws:states:us-east-1:000000000000:execution:storygate-dev-',
      );
    });
  });

  test('for a source that is not there, nothing else is touched', async () => {
    const ended = await files.run({
      sourceBucket: files.source,
      sourceKey: 'builds/never-uploaded.zip',
      destinationBuckets: [regionA, regionB],
    });
    expect(outcomeOf(ended)).toMatchObject({
      error: 'Storygate.SomeCopiesFailed',
      cause: expect.stringContaining(`${regionA} (the source file does not exist)`),
    });
    expect(await files.record('builds/never-uploaded.zip')).toMatchObject({ status: 'FAILED', failedCopies: 2 });
    await domainEvent();
    await notification();
  });

  locally('it lets SNS fail', () => {
    test('a notification that cannot be sent is tried three times and ends in NotificationFailed', async () => {
      await files.faults({ kind: 'error', service: 'sns', action: 'Publish' });
      const input = { sourceBucket: files.source, sourceKey: 'builds/gone.zip', destinationBuckets: [regionA] };
      const ended = await files.run(input, secondsPass);
      expect(outcomeOf(ended)).toMatchObject({
        error: 'Storygate.NotificationFailed',
        cause: expect.stringContaining('and nobody was told'),
      });
      expect(failedTries(ended.events).filter((text) => text.startsWith('SendFailure'))).toHaveLength(3);
      expect(await files.record('builds/gone.zip')).toMatchObject({ status: 'FAILED' });
      await domainEvent();
    });
  });
});

locally('it makes buckets of someone else', () => {
  test('fifty destinations are copied to, ten at a time', async () => {
    const sourceKey = newKey();
    await files.upload(sourceKey, 'to all');
    await files.endOfUpload(sourceKey);
    await domainEvent();
    const destinationBuckets = await Promise.all(
      Array.from({ length: 50 }, (_, i) => files.foreignBucket(`one-of-fifty-${i}`, true)),
    );

    const ended = await files.run({ sourceBucket: files.source, sourceKey, destinationBuckets });

    expect(outcomeOf(ended)).toMatchObject({ status: 'SUCCEEDED', successfulCopies: 50 });
    const inFlight: number[] = [];
    for (const { type } of ended.events) {
      const now = inFlight.at(-1) ?? 0;
      if (type === 'MapIterationStarted') inFlight.push(now + 1);
      if (type === 'MapIterationSucceeded') inFlight.push(now - 1);
    }
    expect(Math.max(...inFlight)).toBe(10);
    expect(await files.content('one-of-fifty-49', sourceKey)).toBe('to all');
  }, 60_000);
});
