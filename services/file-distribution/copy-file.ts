import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Counters, openCounters } from '../shared/counters.ts';
import { bytes, parseEnvironment } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { errorFacts, type Log, openLog } from '../shared/log.ts';
import { InvalidInputError, parseInput } from '../shared/parse.ts';
import { bringCopy, type CopyResult } from './bring-copy.ts';
import { CopyRefused } from './copy-errors.ts';
import type { CopyLimits } from './copy-plan.ts';

/** What is left of the function's time for ending a copy cleanly: aborting an upload takes two calls at most. */
const CLEAN_UP_MS = 10_000;

const Environment = z.object({
  MULTIPART_THRESHOLD_BYTES: bytes('above which size objects are copied in parts'),
  MULTIPART_PART_BYTES: bytes('the size of the parts'),
});

const BUCKET_NAME = 'the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes';
const bucketName = z.string(BUCKET_NAME).check(z.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, BUCKET_NAME));
const KEY = 'the key of an object';

const Task = z.object(
  {
    sourceBucket: bucketName,
    sourceKey: z.string(KEY).check(z.minLength(1, KEY)),
    versionId: z.optional(z.string('the id of a version of the object, or no field for its newest one')),
    destinationBucket: bucketName,
  },
  'an object with sourceBucket, sourceKey and destinationBucket',
);

export interface CopyFileServices {
  s3: S3Client;
  limits: CopyLimits;
  log: Log;
  counters: Counters;
}

/**
 * One iteration of the state machine's Map.
 *
 * @param remainingMs until Lambda ends this invocation
 * @throws CopyRefused (final) or CopyFailed (to be retried), the message being the reason that people read
 */
export async function copyFile(task: unknown, services: CopyFileServices, remainingMs: number): Promise<CopyResult> {
  const { counters, log } = services;
  try {
    const { sourceBucket, sourceKey, versionId, destinationBucket } = parseInput(Task, task, 'copy');
    const source = { bucket: sourceBucket, key: sourceKey, versionId };
    const signal = AbortSignal.timeout(Math.max(0, remainingMs - CLEAN_UP_MS));
    const result = await bringCopy({ source, destinationBucket }, { ...services, signal });
    counters.count(result.status === 'COPIED' ? 'FileCopied' : 'FileUnchanged');
    log.info('file is there', { ...result, sourceBucket, sourceKey });
    return result;
  } catch (error) {
    counters.count('FileNotCopied');
    log.warn('file was not copied', { task, ...errorFacts(error) });
    throw error instanceof InvalidInputError ? new CopyRefused(error.message, { cause: error }) : error;
  }
}

const services = lazy((): CopyFileServices => {
  const environment = parseEnvironment(Environment);
  return {
    // A copy answers when it is done: minutes later, for gigabytes. So there is no timeout but the one of the function.
    s3: new S3Client({
      followRegionRedirects: true,
      requestHandler: { connectionTimeout: 2_000, httpsAgent: { maxSockets: 100 } },
    }),
    limits: { thresholdBytes: environment.MULTIPART_THRESHOLD_BYTES, partBytes: environment.MULTIPART_PART_BYTES },
    log: openLog(),
    counters: openCounters(),
  };
});

/** Runs for every destination of a distribution. */
export const handler = async (task: unknown, context: Context): Promise<CopyResult> => {
  const started = services();
  try {
    return await copyFile(task, started, context.getRemainingTimeInMillis());
  } finally {
    started.counters.flush();
  }
};
