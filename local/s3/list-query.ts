import { ACCOUNT } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { escapeXml, xmlElement } from '../gateway/xml.ts';

/** What all lists of a bucket ask for. */
export interface ListQuery {
  prefix: string;
  delimiter: string;
  /** At most so many entries. */
  most: number;
  /** A key as the answer shows it: percent-encoded where that was asked for. */
  text(key: string): string;
  /** For the answer's head. */
  EncodingType: 'url' | undefined;
}

/** S3 answers at most this many entries at once. */
const LARGEST_PAGE = 1000;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Whom all buckets and objects belong to. */
export const OWNER = { ID: ACCOUNT, DisplayName: 'local' };

/** @param size the parameter that bounds a page. Throws `AwsError` InvalidArgument. */
export function listQuery(query: URLSearchParams, size: 'max-keys' | 'max-uploads'): ListQuery {
  const encoding = query.get('encoding-type') || undefined;
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    most: pageSize(query, size, 0, LARGEST_PAGE),
    text: encoding ? (key) => encodeURIComponent(key).replaceAll('%2F', '/') : (key) => key,
    EncodingType: encoding,
  };
}

/** Throws `AwsError` InvalidArgument. */
export function pageSize(query: URLSearchParams, name: string, least: number, most: number): number {
  const text = query.get(name);
  if (text === null || text === '') return most;
  if (!/^-?\d+$/.test(text)) throw invalidArgument(`Provided ${name} not an integer or within integer range`);
  if (Number(text) < least || Number(text) > 2 ** 31 - 1)
    throw invalidArgument(`Argument ${name} must be an integer between ${least} and ${2 ** 31 - 1}`);
  return Math.min(Number(text), most);
}

/** Where a list goes on, as a text that callers need not understand. */
export function continuationToken(last: string | undefined): string | undefined {
  return last === undefined ? undefined : Buffer.from(`${TOKEN}${last}`).toString('base64url');
}

const TOKEN = 'behind:';

/** Where the token of an answer before says that the list goes on. Throws `AwsError` InvalidArgument. */
export function continuationOf(query: URLSearchParams): string | undefined {
  const token = query.get('continuation-token');
  if (token === null) return undefined;
  const text = Buffer.from(token, 'base64url').toString();
  const last = text.startsWith(TOKEN) ? text.slice(TOKEN.length) : undefined;
  if (last === undefined || continuationToken(last) !== token)
    throw invalidArgument('The continuation token provided is incorrect');
  return last;
}

export const invalidArgument = (message: string) => new AwsError('InvalidArgument', message);

/** An answer: the head's members, undefined ones left out, then the entries and the common prefixes. */
export function listXml(
  root: string,
  head: object,
  entries: readonly string[],
  { prefixes, text }: { prefixes: readonly string[]; text(key: string): string },
): string {
  const members = Object.entries(head).map(([name, value]) => xmlElement(name, value));
  const folded = prefixes.map((prefix) => xmlElement('CommonPrefixes', { Prefix: text(prefix) }));
  const content = [...members, ...entries, ...folded].join('');
  return `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="${escapeXml(NAMESPACE)}">${content}</${root}>`;
}
