import type { AwsResponse } from '../gateway/service.ts';
import type { ObjectReply } from '../substrate/fauxqs.ts';
import type { VersionRow } from './version-rows.ts';

/** Collects what a fauxqs action replies. */
export class CollectedReply implements ObjectReply {
  #status = 200;
  #body: string | Buffer = '';
  readonly #headers: Record<string, string> = {};

  header(name: string, value: string | number): this {
    this.#headers[name.toLowerCase()] = String(value);
    return this;
  }

  status(status: number): this {
    this.#status = status;
    return this;
  }

  send(body: string | Buffer = ''): this {
    this.#body = body;
    return this;
  }

  response(): AwsResponse {
    return { status: this.#status, headers: this.#headers, body: this.#body };
  }
}

/** What S3 tells of the version that a request read or wrote. All objects are encrypted at rest on AWS. */
export function versionHeaders(row: VersionRow | undefined): Record<string, string> {
  if (!row) return {};
  const tags = Object.keys(JSON.parse(row.tags)).length;
  return {
    ...(row.version !== 'null' && { 'x-amz-version-id': row.version }),
    ...(row.marker === 0 && { 'x-amz-server-side-encryption': 'AES256' }),
    ...(tags > 0 && { 'x-amz-tagging-count': String(tags) }),
  };
}

/** Headers that a GET may override by its query: `response-content-type`. */
const OVERRIDABLE = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

export function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    OVERRIDABLE.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

export function xmlAnswer(body: string): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export const noContent = (headers: Record<string, string> = {}): AwsResponse => ({ status: 204, headers, body: '' });
