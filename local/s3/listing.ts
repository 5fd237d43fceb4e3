import { xmlElement } from '../gateway/xml.ts';
import { LAST, type ListSource, listPage, type Page } from './list-page.ts';
import {
  continuationOf,
  continuationToken,
  invalidArgument,
  type ListQuery,
  listQuery,
  listXml,
  OWNER,
} from './list-query.ts';
import type { ObjectStore } from './object-store.ts';
import type { VersionRow } from './version-rows.ts';

/** ListObjects and ListObjectsV2. Throws `AwsError` InvalidArgument. */
export function listObjects(store: ObjectStore, bucket: string, query: URLSearchParams, version: 1 | 2): string {
  const asked = listQuery(query, 'max-keys');
  const start = version === 1 ? query.get('marker') : query.get('start-after');
  const token = version === 2 ? continuationOf(query) : undefined;
  const marker = token ?? start ?? '';
  const from = marker >= asked.prefix && marker !== '' ? `${marker}\0` : asked.prefix;
  const page = listPage(currentObjects(store, bucket), from, { ...asked, marker });
  const next = lastKey(page);
  const paging =
    version === 1
      ? {
          Marker: asked.text(marker),
          // Without a delimiter the last key says where to go on, as on AWS.
          NextMarker: next !== undefined && asked.delimiter !== '' ? asked.text(next) : undefined,
        }
      : {
          KeyCount: page.entries.length + page.prefixes.length,
          ContinuationToken: query.get('continuation-token') ?? undefined,
          StartAfter: start === null ? undefined : asked.text(start),
          NextContinuationToken: continuationToken(next),
        };
  const owned = version === 1 || query.get('fetch-owner') === 'true';
  const entries = page.entries.map((row) => xmlElement('Contents', entry(row, asked, owned)));
  const head = { ...headOf(bucket, asked), IsTruncated: next !== undefined, ...paging };
  return listXml('ListBucketResult', head, entries, { ...asked, prefixes: page.prefixes });
}

/** ListObjectVersions. Throws `AwsError` InvalidArgument. */
export function listVersions(store: ObjectStore, bucket: string, query: URLSearchParams): string {
  const asked = listQuery(query, 'max-keys');
  const [key, version] = [query.get('key-marker') ?? '', query.get('version-id-marker') || undefined];
  if (version !== undefined && key === '')
    throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  const start = versionsStart(store, bucket, asked.prefix, { key, version });
  const page = listPage(allVersions(store, bucket), start, { ...asked, marker: key });
  const next = lastKey(page);
  const paging = {
    KeyMarker: asked.text(key),
    VersionIdMarker: version ?? '',
    IsTruncated: next !== undefined,
    NextKeyMarker: next === undefined ? undefined : asked.text(next),
    NextVersionIdMarker: page.last && 'entry' in page.last ? page.last.entry.version : undefined,
  };
  const entries = page.entries.map((row) => versionEntry(row, asked));
  return listXml('ListVersionsResult', { ...headOf(bucket, asked), ...paging }, entries, {
    ...asked,
    prefixes: page.prefixes,
  });
}

function currentObjects(store: ObjectStore, bucket: string): ListSource<VersionRow, string> {
  return {
    at: (from) => {
      const [entry] = store.current(bucket, from, 1);
      return entry && { entry, behind: `${entry.key}\0` };
    },
    behindPrefix: (prefix) => `${prefix}${LAST}`,
  };
}

/** A place among versions: behind those of the key that are as new as `before` or newer. */
interface VersionCursor {
  key: string;
  before: number;
}

/** How many versions are read at once: a page, and one that tells whether there is another one. */
const BATCH = 1001;

function allVersions(store: ObjectStore, bucket: string): ListSource<VersionRow, VersionCursor> {
  let batch: VersionRow[] = [];
  let next: VersionCursor | undefined; // where the batch goes on
  return {
    at: (from) => {
      if (from !== next || batch.length === 0) batch = store.versions(bucket, from, BATCH).reverse();
      const entry = batch.pop();
      next = entry && { key: entry.key, before: entry.sequence };
      return entry && next && { entry, behind: next };
    },
    behindPrefix: (prefix) => ({ key: `${prefix}${LAST}`, before: 0 }),
  };
}

function versionsStart(
  store: ObjectStore,
  bucket: string,
  prefix: string,
  { key, version }: { key: string; version: string | undefined },
): VersionCursor {
  if (key < prefix || key === '') return { key: prefix, before: Number.MAX_SAFE_INTEGER };
  return { key, before: version === undefined ? 0 : (store.sequenceOf(bucket, key, version) ?? 0) };
}

function lastKey({ last }: Page<VersionRow>): string | undefined {
  return last && ('entry' in last ? last.entry.key : last.prefix);
}

function headOf(Name: string, { prefix, delimiter, most, text, EncodingType }: ListQuery) {
  return {
    Name,
    Prefix: text(prefix),
    MaxKeys: most,
    Delimiter: delimiter === '' ? undefined : text(delimiter),
    EncodingType,
  };
}

function versionEntry(row: VersionRow, query: ListQuery): string {
  const { Key, LastModified, ...content } = entry(row, query, true);
  const shared = { Key, VersionId: row.version, IsLatest: row.latest === 1, LastModified };
  return row.marker
    ? xmlElement('DeleteMarker', { ...shared, Owner: OWNER })
    : xmlElement('Version', { ...shared, ...content });
}

function entry({ key, modified, etag, size }: VersionRow, { text }: ListQuery, owned: boolean) {
  const content = { ETag: etag, Size: size, StorageClass: 'STANDARD', Owner: owned ? OWNER : undefined };
  return { Key: text(key), LastModified: new Date(modified), ...content };
}
