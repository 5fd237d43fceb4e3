import { AwsError } from '../gateway/aws-error.ts';
import { optionalNumber, optionalString } from '../gateway/input.ts';

/** As many as Secrets Manager lists when it is not told how many. */
const PAGE = 100;

/** One page of a list by `MaxResults` and `NextToken`. Throws `AwsError` InvalidNextTokenException. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  input: Readonly<Record<string, unknown>>,
): { page: readonly Entry[]; NextToken?: string } {
  const start = startOf(optionalString(input, 'NextToken'));
  const end = start + (optionalNumber(input, 'MaxResults') ?? PAGE);
  return { page: entries.slice(start, end), ...(end < entries.length && { NextToken: tokenOf(end) }) };
}

const tokenOf = (start: number) => Buffer.from(`from:${start}`).toString('base64url');

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (start !== undefined) return Number(start);
  throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
}
