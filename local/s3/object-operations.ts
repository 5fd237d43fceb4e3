import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { xmlElement } from '../gateway/xml.ts';
import type { BucketStore } from './bucket-store.ts';
import { type Deletion, deletionsOf } from './delete-objects.ts';
import { listBuckets } from './list-buckets.ts';
import { listUploads } from './list-uploads.ts';
import { listObjects, listVersions } from './listing.ts';
import { noContent, versionHeaders, xmlAnswer } from './object-answer.ts';
import type { ObjectEvents } from './object-events.ts';
import type { ObjectStore } from './object-store.ts';
import { checkDeletion } from './preconditions.ts';
import { taggingXml, tagsOfXml } from './tagging.ts';
import type { UploadStore } from './upload-store.ts';

export interface ObjectContext {
  buckets: BucketStore;
  objects: ObjectStore;
  uploads: UploadStore;
  events: ObjectEvents;
  now(): number;
}

type Answer = (context: ObjectContext, names: { bucket: string; key: string }, request: AwsRequest) => AwsResponse;

/** What fauxqs has not, or not with versions: buckets, lists, deletions, tags, parts. By operation. */
export const OBJECT_OPERATIONS: Readonly<Record<string, Answer>> = {
  ListBuckets: ({ buckets }, _, { query }) => xmlAnswer(listBuckets(buckets, query)),
  CreateBucket: ({ buckets, now }, { bucket }) => {
    buckets.create(bucket, now());
    return { status: 200, headers: { location: `/${bucket}` }, body: '' };
  },
  HeadBucket: ({ buckets }, { bucket }) => {
    buckets.settings(bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' }, body: '' };
  },
  DeleteBucket: ({ buckets, objects, uploads }, { bucket }) => {
    buckets.settings(bucket);
    if (!objects.isEmpty(bucket) || uploads.list(bucket).length > 0)
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
    buckets.delete(bucket);
    return noContent();
  },
  ListObjects: ({ buckets, objects }, { bucket }, { query }) => {
    buckets.settings(bucket);
    return xmlAnswer(listObjects(objects, bucket, query, 1));
  },
  ListObjectsV2: ({ buckets, objects }, { bucket }, { query }) => {
    buckets.settings(bucket);
    return xmlAnswer(listObjects(objects, bucket, query, 2));
  },
  ListObjectVersions: ({ buckets, objects }, { bucket }, { query }) => {
    buckets.settings(bucket);
    return xmlAnswer(listVersions(objects, bucket, query));
  },
  DeleteObject: (context, { bucket, key }, { query, headers, requestId }) => {
    const version = query.get('versionId') ?? undefined;
    const row = deleteOne(context, bucket, { key, version, etag: headers['if-match'] }, requestId);
    return noContent({ ...versionHeaders(row), ...(row?.marker && { 'x-amz-delete-marker': 'true' }) });
  },
  DeleteObjects: (context, { bucket }, { body, requestId }) => {
    context.buckets.settings(bucket);
    const { objects, quiet } = deletionsOf(body);
    const results = objects.map((object) => deletionResult(context, bucket, object, requestId));
    const shown = results.filter(({ failed }) => failed || !quiet).map(({ xml }) => xml);
    return xmlAnswer(`<DeleteResult>${shown.join('')}</DeleteResult>`);
  },
  GetObjectTagging: ({ objects }, { bucket, key }, { query }) => {
    const row = objects.get(bucket, key, query.get('versionId') ?? undefined);
    const answer = xmlAnswer(taggingXml(JSON.parse(row.tags)));
    return { ...answer, headers: { ...answer.headers, ...versionHeaders(row) } };
  },
  PutObjectTagging: ({ objects }, { bucket, key }, { query, body }) => {
    const row = objects.get(bucket, key, query.get('versionId') ?? undefined);
    objects.setTags(row, tagsOfXml(body));
    return { status: 200, headers: versionHeaders(row), body: '' };
  },
  DeleteObjectTagging: ({ objects }, { bucket, key }, { query }) => {
    objects.setTags(objects.get(bucket, key, query.get('versionId') ?? undefined), {});
    return noContent();
  },
  ListParts: ({ uploads }, { bucket, key }, { query }) => {
    const UploadId = query.get('uploadId') ?? '';
    const after = Number(query.get('part-number-marker') ?? 0);
    const most = Math.min(Number(query.get('max-parts') ?? 1000), 1000);
    const parts = uploads.parts(UploadId).filter(({ number }) => number > after);
    const page = parts.slice(0, most);
    const head = {
      Bucket: bucket,
      Key: key,
      UploadId,
      PartNumberMarker: after,
      NextPartNumberMarker: page.at(-1)?.number ?? after,
      MaxParts: most,
      IsTruncated: parts.length > most,
    };
    const elements = [
      ...Object.entries(head).map(([name, value]) => xmlElement(name, value)),
      ...page.map(({ number, etag, size, modified }) =>
        xmlElement('Part', { PartNumber: number, LastModified: new Date(modified), ETag: etag, Size: size }),
      ),
    ];
    return xmlAnswer(`<ListPartsResult>${elements.join('')}</ListPartsResult>`);
  },
  ListMultipartUploads: ({ buckets, uploads }, { bucket }, { query }) => {
    buckets.settings(bucket);
    return xmlAnswer(listUploads(uploads, bucket, query));
  },
};

/** One entry of DeleteObjects' answer: a condition that does not hold keeps its own object only. */
function deletionResult(context: ObjectContext, bucket: string, object: Deletion, requestId: string) {
  const { key: Key, version: VersionId } = object;
  try {
    const row = deleteOne(context, bucket, object, requestId);
    const made = row?.marker === 1 && VersionId === undefined;
    const marker = row?.marker ? { DeleteMarker: true, DeleteMarkerVersionId: row.version } : {};
    const xml = xmlElement('Deleted', { Key, VersionId: made ? undefined : VersionId, ...marker });
    return { failed: false, xml };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { failed: true, xml: xmlElement('Error', { Key, VersionId, Code: error.code, Message: error.message }) };
  }
}

function deleteOne({ objects, events }: ObjectContext, bucket: string, deletion: Deletion, requestId: string) {
  const { key, version, etag } = deletion;
  checkDeletion(etag, deletion, () => objects.find(bucket, key));
  const row = objects.delete(bucket, key, version);
  if (row) events.deleted(version === undefined ? row : { ...row, latest: 0 }, requestId);
  return row;
}
