import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { crc } from './crc.ts';

const HEADER = 'x-amz-checksum-';

/** Base64 of what an algorithm makes of a body, by the end of its header's name. */
const ALGORITHMS: Readonly<Record<string, { bytes: number; of: (body: Buffer) => string }>> = {
  crc32: { bytes: 4, of: crc32Of },
  crc32c: { bytes: 4, of: (body) => crc('CRC32C', body) },
  crc64nvme: { bytes: 8, of: (body) => crc('CRC64NVME', body) },
  sha1: { bytes: 20, of: (body) => createHash('sha1').update(body).digest('base64') },
  sha256: { bytes: 32, of: (body) => createHash('sha256').update(body).digest('base64') },
};

/** A checksum that came in a header. */
export interface SentChecksum {
  /** In lower case: `sha256`. */
  algorithm: string;
  value: string;
}

/**
 * The checksum in a request's headers, which has the form that its algorithm needs.
 * @throws AwsError InvalidRequest
 */
export function sentChecksum(headers: AwsRequest['headers']): SentChecksum | undefined {
  const sent = Object.keys(ALGORITHMS).flatMap((algorithm) => {
    const value = headers[`${HEADER}${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const [only] = sent;
  if (sent.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  if (only && !isBase64(only.value.replace(/-\d+$/, ''), ALGORITHMS[only.algorithm]?.bytes))
    throw invalidRequest(`Value for ${HEADER}${only.algorithm} header is invalid.`);
  return only;
}

/**
 * Compares a body with the digests that came with it.
 * @throws AwsError InvalidDigest, BadDigest, InvalidRequest
 */
export function checkDigests({ headers, body }: AwsRequest): void {
  const md5 = headers['content-md5'];
  if (md5 !== undefined) checkMd5(md5, body);
  const sent = sentChecksum(headers);
  if (sent && checksumOf(sent.algorithm, body) !== sent.value) throw badChecksum(sent.algorithm);
}

/** Base64; undefined for an algorithm that is not known. @param algorithm as in `SentChecksum` */
export function checksumOf(algorithm: string, body: Buffer): string | undefined {
  return Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm]?.of(body) : undefined;
}

/** @param algorithm as in `SentChecksum` */
export function badChecksum(algorithm: string): AwsError {
  const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
  return new AwsError('BadDigest', message);
}

function checkMd5(sent: string, body: Buffer): void {
  if (!isBase64(sent, 16)) throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (createHash('md5').update(body).digest('base64') !== sent)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function isBase64(text: string, bytes: number | undefined): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

function crc32Of(body: Buffer): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(body));
  return value.toString('base64');
}

const invalidRequest = (message: string) => new AwsError('InvalidRequest', message);
