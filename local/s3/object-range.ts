import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import type { VersionRow } from './version-rows.ts';

/**
 * The range of a GET or HEAD as one that fauxqs reads: `bytes=<first>-[<last>]`. Undefined where there is none, or none
 * that S3 understands (several ranges, the last byte before the first): such a request is for the whole object.
 * @throws AwsError InvalidRequest, InvalidArgument, InvalidPartNumber
 */
export function rangeOf({ headers, query }: AwsRequest, row: () => VersionRow | undefined): string | undefined {
  const part = query.get('partNumber');
  const { range } = headers;
  if (part !== null && range !== undefined)
    throw new AwsError('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  if (part !== null) checkPart(part, row());
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first !== '') return last !== '' && Number(last) < Number(first) ? undefined : range;
  if (last === '') return undefined;
  const size = row()?.size ?? 0;
  return Number(last) === 0 ? `bytes=${size}-` : `bytes=${Math.max(size - Number(last), 0)}-`;
}

/** An object that was not uploaded in parts is its own first part. */
function checkPart(text: string, row: VersionRow | undefined): void {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000)
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  if (number === 1 || !row || JSON.parse(row.properties).parts !== undefined) return;
  const message = 'The requested partnumber is not satisfiable';
  throw new AwsError('InvalidPartNumber', message, { status: 416, details: { PartNumberRequested: number } });
}
