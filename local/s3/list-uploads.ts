import { xmlElement } from '../gateway/xml.ts';
import { LAST, type ListSource, listPage } from './list-page.ts';
import { listQuery, listXml, OWNER } from './list-query.ts';
import type { UploadRow, UploadStore } from './upload-store.ts';

/** ListMultipartUploads. Throws `AwsError` InvalidArgument. */
export function listUploads(store: UploadStore, bucket: string, query: URLSearchParams): string {
  const asked = listQuery(query, 'max-uploads');
  const key = query.get('key-marker') ?? '';
  const id = key === '' ? '' : (query.get('upload-id-marker') ?? ''); // S3 ignores it without a key
  const rows = store.list(bucket);
  const page = listPage(uploads(rows), startOf(rows, asked.prefix, key, id), { ...asked, marker: key });
  const { last } = page;
  const next = last && ('entry' in last ? last.entry.key : last.prefix);
  const head = {
    Bucket: bucket,
    KeyMarker: asked.text(key),
    UploadIdMarker: id,
    NextKeyMarker: next === undefined ? undefined : asked.text(next),
    NextUploadIdMarker: last && 'entry' in last ? last.entry.id : undefined,
    Prefix: asked.text(asked.prefix),
    Delimiter: asked.delimiter === '' ? undefined : asked.text(asked.delimiter),
    EncodingType: asked.EncodingType,
    MaxUploads: asked.most,
    IsTruncated: last !== undefined,
  };
  const entries = page.entries.map((row) =>
    xmlElement('Upload', {
      Key: asked.text(row.key),
      UploadId: row.id,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: 'STANDARD',
      Initiated: new Date(row.initiated),
    }),
  );
  return listXml('ListMultipartUploadsResult', head, entries, { ...asked, prefixes: page.prefixes });
}

function uploads(rows: readonly UploadRow[]): ListSource<UploadRow, number> {
  return {
    at: (index) => {
      const entry = rows[index];
      return entry && { entry, behind: index + 1 };
    },
    behindPrefix: (prefix) => firstAt(rows, `${prefix}${LAST}`),
  };
}

/** Behind the upload of the marker, or behind all of its key where it names none or one that has ended. */
function startOf(rows: readonly UploadRow[], prefix: string, key: string, id: string): number {
  if (key === '' || key < prefix) return firstAt(rows, prefix);
  const named = rows.findIndex((row) => row.key === key && row.id === id);
  return named >= 0 ? named + 1 : firstAt(rows, `${key}\0`);
}

function firstAt(rows: readonly UploadRow[], key: string): number {
  const index = rows.findIndex((row) => row.key >= key);
  return index < 0 ? rows.length : index;
}
