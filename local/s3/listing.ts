import { escapeXml, xmlElement } from '../gateway/xml.ts';
import type { ObjectStore } from './object-store.ts';
import type { VersionRow } from './version-rows.ts';

/** What a list request asks for. */
export interface ListQuery {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** Whether keys are percent-encoded in the answer. */
  encode: boolean;
}

/** S3 answers at most this many entries at once. */
const LARGEST_PAGE = 1000;

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Sorts behind every key that starts with the text before it. */
const LAST = '\u{10FFFF}';

export function listQuery(query: URLSearchParams): ListQuery {
  const maxKeys = Number(query.get('max-keys') ?? LARGEST_PAGE);
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Number.isInteger(maxKeys) && maxKeys >= 0 ? Math.min(maxKeys, LARGEST_PAGE) : LARGEST_PAGE,
    encode: query.get('encoding-type') === 'url',
  };
}

interface Page {
  objects: VersionRow[];
  prefixes: string[];
  /** The last key or prefix of a page that has a next one. */
  last: string | undefined;
}

/** One page of current objects behind `after`; keys with the delimiter behind the prefix are folded into prefixes. */
function collect(store: ObjectStore, bucket: string, after: string, query: ListQuery): Page {
  const { prefix, delimiter, maxKeys } = query;
  const page: Page = { objects: [], prefixes: [], last: undefined };
  let last = after;
  let from = after > prefix ? after : prefix;
  while (true) {
    const [row] = store.current(bucket, from, 1);
    if (!row?.key.startsWith(prefix)) return { ...page, last: undefined };
    const folded = foldedPrefix(row.key, prefix, delimiter);
    from = folded === undefined ? `${row.key}\0` : `${folded}${LAST}`;
    if ((folded ?? row.key) <= after) continue;
    if (page.objects.length + page.prefixes.length >= maxKeys) return { ...page, last };
    last = folded ?? row.key;
    if (folded === undefined) page.objects.push(row);
    else page.prefixes.push(folded);
  }
}

function foldedPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** ListObjects and ListObjectsV2. */
export function listObjects(store: ObjectStore, bucket: string, query: URLSearchParams, version: 1 | 2): string {
  const asked = listQuery(query);
  const token = query.get('continuation-token');
  const marker = version === 1 ? query.get('marker') : (query.get('start-after') ?? null);
  const after = token ? Buffer.from(token, 'base64').toString() : (marker ?? '');
  const page = collect(store, bucket, after, asked);
  const next = page.last;
  const paging =
    version === 1
      ? { Marker: marker ?? '', NextMarker: next === undefined ? undefined : keyText(next, asked) }
      : {
          KeyCount: page.objects.length + page.prefixes.length,
          ContinuationToken: token ?? undefined,
          StartAfter: marker ?? undefined,
          NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64'),
        };
  const contents = page.objects.map((row) =>
    xmlElement('Contents', { ...entry(row, asked), StorageClass: 'STANDARD' }),
  );
  return listXml('ListBucketResult', bucket, asked, { IsTruncated: next !== undefined, ...paging }, [
    ...contents,
    ...commonPrefixes(page.prefixes, asked),
  ]);
}

/** ListObjectVersions. A delimiter is not supported by it: nothing that is served asks for one. */
export function listVersions(store: ObjectStore, bucket: string, query: URLSearchParams): string {
  const asked = listQuery(query);
  const from = versionsStart(store, bucket, query, asked.prefix);
  const rows = store.versions(bucket, from, asked.maxKeys + 1).filter(({ key }) => key.startsWith(asked.prefix));
  const page = rows.slice(0, asked.maxKeys);
  const last = rows.length > asked.maxKeys ? page.at(-1) : undefined;
  const paging = {
    KeyMarker: query.get('key-marker') ?? '',
    VersionIdMarker: query.get('version-id-marker') ?? '',
    IsTruncated: last !== undefined,
    NextKeyMarker: last && keyText(last.key, asked),
    NextVersionIdMarker: last?.version,
  };
  return listXml(
    'ListVersionsResult',
    bucket,
    asked,
    paging,
    page.map((row) => versionEntry(row, asked)),
  );
}

function versionsStart(store: ObjectStore, bucket: string, query: URLSearchParams, prefix: string) {
  const key = query.get('key-marker') ?? '';
  const version = query.get('version-id-marker');
  if (key < prefix) return { key: prefix, before: Number.MAX_SAFE_INTEGER };
  if (version === null) return { key, before: key === '' ? Number.MAX_SAFE_INTEGER : 0 };
  return { key, before: store.sequenceOf(bucket, key, version) ?? 0 };
}

function versionEntry(row: VersionRow, query: ListQuery): string {
  const shared = { VersionId: row.version, IsLatest: row.latest === 1 };
  const { ETag, Size, Key, LastModified } = entry(row, query);
  if (row.marker) return xmlElement('DeleteMarker', { Key, ...shared, LastModified });
  return xmlElement('Version', { Key, ...shared, LastModified, ETag, Size, StorageClass: 'STANDARD' });
}

function entry({ key, modified, etag, size }: VersionRow, query: ListQuery) {
  return { Key: keyText(key, query), LastModified: new Date(modified), ETag: etag, Size: size };
}

function commonPrefixes(prefixes: readonly string[], query: ListQuery): string[] {
  return prefixes.map((prefix) => xmlElement('CommonPrefixes', { Prefix: keyText(prefix, query) }));
}

function listXml(root: string, bucket: string, query: ListQuery, paging: object, entries: readonly string[]): string {
  const head = {
    Name: bucket,
    Prefix: keyText(query.prefix, query),
    MaxKeys: query.maxKeys,
    Delimiter: query.delimiter || undefined,
    EncodingType: query.encode ? 'url' : undefined,
    ...paging,
  };
  const elements = Object.entries(head).map(([name, value]) => xmlElement(name, value));
  return `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="${escapeXml(NAMESPACE)}">${elements.join('')}${entries.join('')}</${root}>`;
}

const keyText = (key: string, { encode }: ListQuery) => (encode ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
