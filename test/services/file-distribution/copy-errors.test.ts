import { S3ServiceException } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { during, isNotFound } from '../../../services/file-distribution/copy-errors.ts';

const answer = (httpStatusCode: number, name: string, message: string) =>
  new S3ServiceException({ $fault: 'client', $metadata: { httpStatusCode }, name, message });

test.each([
  [403, 'AccessDenied', 'User may not', 'CopyRefused', 'AccessDenied while writing: User may not'],
  [403, '403', 'UnknownError', 'CopyRefused', 'AccessDenied while writing'],
  [
    404,
    'NoSuchBucket',
    'The specified bucket does not exist',
    'CopyRefused',
    'NoSuchBucket while writing: The specified bucket does not exist',
  ],
  [400, 'InvalidRequest', 'a "quoted"\n text', 'CopyRefused', "InvalidRequest while writing: a 'quoted' text"],
  [400, 'RequestTimeout', 'idle', 'CopyFailed', 'RequestTimeout while writing: idle'],
  [409, 'OperationAborted', 'conflict', 'CopyFailed', 'OperationAborted while writing: conflict'],
  [412, 'PreconditionFailed', 'changed', 'CopyFailed', 'PreconditionFailed while writing: changed'],
  [429, 'TooManyRequests', 'slow', 'CopyFailed', 'TooManyRequests while writing: slow'],
  [
    503,
    'SlowDown',
    'Please reduce your request rate.',
    'CopyFailed',
    'SlowDown while writing: Please reduce your request rate.',
  ],
  [500, 'UnknownError', 'UnknownError', 'CopyFailed', 'HTTP 500 while writing'],
])('S3 answers %i %s: %s', async (status, code, text, name, message) => {
  await expect(during('writing', Promise.reject(answer(status, code, text)))).rejects.toMatchObject({ name, message });
});

test('what is no answer of S3 may pass', async () => {
  await expect(during('writing', Promise.reject(new Error('ECONNRESET')))).rejects.toMatchObject({
    name: 'CopyFailed',
    message: 'Error: ECONNRESET while writing',
  });
});

test('not found is told by the status', () => {
  expect(isNotFound(answer(404, 'NotFound', ''))).toBe(true);
  expect(isNotFound(answer(403, 'Forbidden', ''))).toBe(false);
  expect(isNotFound(new Error('404'))).toBe(false);
});
