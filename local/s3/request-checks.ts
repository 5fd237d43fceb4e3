import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { checkHeaders } from './request-headers.ts';

/** In bytes. Source: "Naming Amazon S3 objects" in the S3 User Guide. */
const LONGEST_KEY = 1024;

/**
 * What has to hold for any request, whatever it asks for.
 * @param now epoch milliseconds
 * @throws AwsError AccessDenied, KeyTooLongError, and those of `checkHeaders`
 */
export function checkRequest({ headers, query }: AwsRequest, key: string, now: number): void {
  const size = Buffer.byteLength(key);
  if (size > LONGEST_KEY) {
    const details = { Size: size, MaxSizeAllowed: LONGEST_KEY };
    throw new AwsError('KeyTooLongError', 'Your key is too long', { details });
  }
  checkHeaders(headers);
  if (query.size === 0) return;
  const end = presignedUntil(query);
  if (end === undefined || !(now >= end)) return; // a date that is none ends never
  const details = { Expires: new Date(end).toISOString(), ServerTime: new Date(now).toISOString() };
  throw new AwsError('AccessDenied', 'Request has expired', { status: 403, details });
}

/** The end of a presigned URL in epoch milliseconds; undefined for any other request, and where a URL tells none. */
function presignedUntil(query: URLSearchParams): number | undefined {
  if (query.has('Signature')) return seconds(query.get('Expires'));
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const lifetime = seconds(query.get('X-Amz-Expires'));
  if (date === undefined || time === undefined || lifetime === undefined) return undefined;
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return Date.parse(iso) + lifetime;
}

/** In milliseconds. */
function seconds(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
}
