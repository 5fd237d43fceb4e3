import { describe, expect, test } from '@jest/globals';
import { destinationsOf } from '../../../services/file-distribution/destinations.ts';
import {
  distributeOnRequest,
  distributeUpload,
  type StartServices,
} from '../../../services/file-distribution/start-distribution.ts';
import { openLog } from '../../../services/shared/log.ts';

process.env['LOG_LEVEL'] = 'SILENT';

const DESTINATIONS = { '': ['a', 'b'], 'builds/eu/': ['eu'], 'builds/': ['c'], 'private/': [] };

/** Remembers what was started; a name that was there before is no new execution. */
function recorded(start?: StartServices['start']) {
  const started: { name: string; input: object }[] = [];
  const services: StartServices = {
    start:
      start ??
      (async ({ name, input }) => {
        const isNew = !started.some((earlier) => earlier.name === name);
        started.push({ name, input });
        return { name, executionArn: `arn:${name}`, isNew };
      }),
    sourceBucket: 'global-builds',
    destinations: DESTINATIONS,
    newId: () => `id-${started.length}`,
    log: openLog(),
    counters: { count: () => {}, flush: () => {} },
  };
  return { started, services };
}

const uploaded = (key: string, version = 'v1') => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'global-builds' }, object: { key, 'version-id': version, etag: 'x', sequencer: '1' } },
});

const post = (body: unknown, headers: Record<string, string> = {}) => ({
  requestContext: { http: { method: 'POST' } },
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('the destinations of a key', () => {
  test.each([
    ['x.zip', ['a', 'b']],
    ['builds/x.zip', ['c']],
    ['builds/eu/x.zip', ['eu']],
    ['private/x.zip', []],
  ])('%s goes to %j', (key, buckets) => {
    expect(destinationsOf(key, DESTINATIONS)).toEqual(buckets);
  });

  test('are none where no prefix fits', () => {
    expect(destinationsOf('x.zip', { 'builds/': ['c'] })).toEqual([]);
  });
});

describe('an upload', () => {
  test('is distributed as configured, under a name of its own', async () => {
    const { started, services } = recorded();
    await distributeUpload(uploaded('builds/eu/build 123.zip'), services);
    expect(started).toEqual([
      {
        name: expect.stringMatching(/^builds-eu-build-123-zip-[0-9a-f]{20}$/),
        input: { sourceBucket: 'global-builds', sourceKey: 'builds/eu/build 123.zip', destinationBuckets: ['eu'] },
      },
    ]);
  });

  test('is the same execution when its event comes twice, and another one for a new version', async () => {
    const { started, services } = recorded();
    await distributeUpload(uploaded('x.zip'), services);
    await distributeUpload(uploaded('x.zip'), services);
    await distributeUpload(uploaded('x.zip', 'v2'), services);
    expect(new Set(started.map(({ name }) => name)).size).toBe(2);
  });

  test.each(['private/x.zip', 'folder/'])('of %s starts nothing', async (key) => {
    const { started, services } = recorded();
    await distributeUpload(uploaded(key), services);
    expect(started).toEqual([]);
  });

  test('that cannot be started now is delivered again', async () => {
    const { services } = recorded(() => Promise.reject(new Error('throttled')));
    await expect(distributeUpload(uploaded('x.zip'), services)).rejects.toThrow('throttled');
  });
});

describe('POST /step-function', () => {
  test('starts what is asked for', async () => {
    const { started, services } = recorded();
    const input = { sourceBucket: 's', sourceKey: 'build-123.zip', destinationBuckets: ['one', 'two'] };
    const answer = await distributeOnRequest(post(input), services);
    expect(answer.statusCode).toBe(202);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ started: true, input });
    expect(started).toMatchObject([{ input }]);
  });

  test('takes the configured buckets where it names none', async () => {
    const { started, services } = recorded();
    await distributeOnRequest(post({ sourceKey: 'builds/x.zip', versionId: 'v7' }), services);
    expect(started).toMatchObject([
      {
        input: { sourceBucket: 'global-builds', sourceKey: 'builds/x.zip', destinationBuckets: ['c'], versionId: 'v7' },
      },
    ]);
  });

  test('starts again each time, unless it says that it is the same request', async () => {
    const { started, services } = recorded();
    const body = { sourceKey: 'x.zip' };
    await distributeOnRequest(post(body), services);
    await distributeOnRequest(post(body), services);
    await distributeOnRequest(post(body, { 'Idempotency-Key': 'mine' }), services);
    const repeated = await distributeOnRequest(post(body, { 'idempotency-key': 'mine' }), services);
    expect(new Set(started.map(({ name }) => name)).size).toBe(3);
    expect(JSON.parse(repeated.body ?? '')).toMatchObject({ started: false });
  });

  test.each([
    ['no JSON', '{', 'the request body is not JSON, expected {"sourceKey":"…"}'],
    ['no key', {}, 'request body: sourceKey is missing, expected the key of the file'],
    [
      'an empty list',
      { sourceKey: 'x', destinationBuckets: [] },
      'request body: destinationBuckets is [], expected 1 to 1000 bucket names, or no field for the configured ones',
    ],
    [
      'a number in the list',
      { sourceKey: 'x', destinationBuckets: ['a', 1] },
      'request body: destinationBuckets[1] is 1, expected the name of a bucket',
    ],
    [
      'a key that goes nowhere',
      { sourceKey: 'private/x' },
      'request body: destinationBuckets is missing, and no destinations are configured for private/x',
    ],
  ])('refuses %s', async (_what, body, detail) => {
    const { started, services } = recorded();
    const answer = await distributeOnRequest(post(body), services);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 400, detail });
    expect(started).toEqual([]);
  });

  test('refuses more than 1,000 destinations', async () => {
    const destinationBuckets = Array.from({ length: 1001 }, (_, i) => `bucket-${i}`);
    const answer = await distributeOnRequest(post({ sourceKey: 'x', destinationBuckets }), recorded().services);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body ?? '').detail).toMatch(/expected 1 to 1000 bucket names/);
  });

  test('asks to try again when nothing could be started', async () => {
    const { services } = recorded(() => Promise.reject(new Error('throttled')));
    const answer = await distributeOnRequest(post({ sourceKey: 'x' }), services);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
    expect(answer.body).not.toContain('throttled');
  });
});
