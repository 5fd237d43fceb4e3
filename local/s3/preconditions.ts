import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { noSuchKey, preconditionFailed } from './errors.ts';
import type { VersionRow } from './version-rows.ts';

type Headers = AwsRequest['headers'];
type Condition = 'If-Match' | 'If-None-Match' | 'If-Modified-Since' | 'If-Unmodified-Since';

const OF_READS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const OF_SOURCES = 'x-amz-copy-source-';

/** Whether a read has conditions. */
export const isConditional = (headers: Headers) => OF_READS.some((name) => headers[name] !== undefined);

/** The headers without the conditions of a read. */
export function unconditional(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_READS.includes(name)));
}

/**
 * The answer of a conditional GET or HEAD to whom has the object already; undefined where the object is to be sent.
 * @throws AwsError PreconditionFailed
 */
export function notModified(headers: Headers, row: VersionRow): AwsResponse | undefined {
  const condition = unmet(headers, '', row);
  if (condition === undefined) return undefined;
  if (condition === 'If-Match' || condition === 'If-Unmodified-Since') throw preconditionFailed(condition);
  return { status: 304, headers: { etag: row.etag, 'last-modified': new Date(row.modified).toUTCString() }, body: '' };
}

/** The conditions on the source of a copy. Throws `AwsError` PreconditionFailed. */
export function checkSource(headers: Headers, source: () => VersionRow): void {
  if (!OF_READS.some((name) => headers[`${OF_SOURCES}${name}`] !== undefined)) return;
  const condition = unmet(headers, OF_SOURCES, source());
  if (condition !== undefined) throw preconditionFailed(`${OF_SOURCES}${condition}`);
}

/**
 * The conditions of a write: there is nothing (`If-None-Match: *`), or this version (`If-Match: <etag>`).
 * @throws AwsError PreconditionFailed, NoSuchKey; NotImplemented for what S3 takes from reads only
 */
export function checkWrite(headers: Headers, key: string, current: () => VersionRow | undefined): void {
  const wanted = headers['if-match'];
  const unwanted = headers['if-none-match'];
  if (unwanted !== undefined && (unwanted !== '*' || wanted !== undefined)) throw notImplemented('If-None-Match');
  if (wanted === '*') throw notImplemented('If-Match');
  if (unwanted !== undefined && current()) throw preconditionFailed('If-None-Match');
  if (wanted !== undefined) checkMatch(wanted, key, current());
}

/** The condition of a deletion; `*` stands for any object. Throws PreconditionFailed, NoSuchKey, NotImplemented. */
export function checkDeletion(
  wanted: string | undefined,
  { key, version }: { key: string; version?: string | undefined },
  current: () => VersionRow | undefined,
): void {
  if (wanted === undefined) return;
  if (version !== undefined) throw notImplemented('If-Match');
  checkMatch(wanted, key, current());
}

function checkMatch(wanted: string, key: string, current: VersionRow | undefined): void {
  if (!current) throw noSuchKey(key);
  if (!matches(wanted, current.etag)) throw preconditionFailed('If-Match');
}

/** The first condition that does not hold. A date counts only without the etag condition of its kind (RFC 7232, 6). */
function unmet(headers: Headers, prefix: string, { etag, modified }: VersionRow): Condition | undefined {
  const value = (condition: Condition) => headers[`${prefix}${condition.toLowerCase()}`];
  const seconds = Math.floor(modified / 1000) * 1000; // HTTP's dates have no more
  const wanted = value('If-Match');
  if (wanted !== undefined && !matches(wanted, etag)) return 'If-Match';
  if (wanted === undefined && seconds > dateOf(value('If-Unmodified-Since'))) return 'If-Unmodified-Since';
  const unwanted = value('If-None-Match');
  if (unwanted !== undefined) return matches(unwanted, etag) ? 'If-None-Match' : undefined;
  return seconds <= dateOf(value('If-Modified-Since')) ? 'If-Modified-Since' : undefined;
}

/** NaN, with which no comparison holds, where there is no date. */
const dateOf = (text: string | undefined) => Date.parse(text ?? '');

/** `*`, one etag or several; S3 takes them without quotes, too. */
function matches(condition: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replaceAll('"', '');
  return condition.split(',').some((one) => one.trim() === '*' || bare(one) === bare(etag));
}

function notImplemented(header: string): AwsError {
  const message = 'A header you provided implies functionality that is not implemented';
  return new AwsError('NotImplemented', message, { status: 501, details: { Header: header } });
}
