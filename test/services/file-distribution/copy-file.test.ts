import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { copyFile } from '../../../services/file-distribution/copy-file.ts';
import { openLog } from '../../../services/shared/log.ts';
import { LocalBuckets, MIB } from './local-buckets.ts';

process.env['LOG_LEVEL'] = 'SILENT';

let buckets: LocalBuckets;
let counted: string[];
beforeAll(async () => {
  buckets = await LocalBuckets.open();
});
afterAll(() => buckets.close());
beforeEach(() => {
  buckets.reset();
  counted = [];
});

const copy = (task: unknown, remainingMs = 60_000) =>
  copyFile(
    task,
    {
      s3: buckets.s3,
      limits: { thresholdBytes: 5 * MIB, partBytes: 5 * MIB },
      log: openLog(),
      counters: { count: (metric) => counted.push(metric), flush: () => {} },
    },
    remainingMs,
  );
const task = () => ({ sourceBucket: buckets.source, sourceKey: 'k', destinationBucket: buckets.destination });

test('a copy is counted', async () => {
  await buckets.s3.send(new PutObjectCommand({ Bucket: buckets.source, Key: 'k', Body: 'x' }));
  expect(await copy(task())).toEqual({ bucket: buckets.destination, status: 'COPIED' });
  expect(await copy(task())).toEqual({ bucket: buckets.destination, status: 'UNCHANGED' });
  expect(counted).toEqual(['FileCopied', 'FileUnchanged']);
});

test.each([
  [
    { destinationBucket: 'Bad_Name' },
    'copy: destinationBucket is "Bad_Name", expected the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes',
  ],
  [{ sourceKey: '' }, 'copy: sourceKey is "", expected the key of an object'],
  [
    { versionId: 7 },
    'copy: versionId is 7, expected the id of a version of the object, or no field for its newest one',
  ],
])('%j is refused for good', async (change, message) => {
  await expect(copy({ ...task(), ...change })).rejects.toMatchObject({ name: 'CopyRefused', message });
  expect(counted).toEqual(['FileNotCopied']);
});

test('without the time to clean up nothing is begun', async () => {
  await expect(copy(task(), 10_000)).rejects.toMatchObject({ name: 'CopyFailed' });
});
