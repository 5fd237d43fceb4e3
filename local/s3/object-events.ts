import { ACCOUNT } from '../gateway/arn.ts';
import type { BucketStore } from './bucket-store.ts';
import type { VersionRow } from './version-rows.ts';

/** An event as S3 puts it on the default bus. */
export interface ObjectEvent {
  source: 'aws.s3';
  'detail-type': 'Object Created' | 'Object Deleted';
  resources: string[];
  time: string;
  detail: Record<string, unknown>;
}

export interface ObjectEventsOptions {
  buckets: BucketStore;
  /**
   * Takes an event within the same turn of the event loop as the object's write: if it is kept in the same database, one
   * commit holds both, and a crash loses neither.
   */
  publish(event: ObjectEvent): void;
}

/** Tells EventBridge about objects of the buckets that want it. */
export class ObjectEvents {
  readonly #options: ObjectEventsOptions;

  constructor(options: ObjectEventsOptions) {
    this.#options = options;
  }

  /** @param reason the operation: `PutObject`, `CopyObject`, `CompleteMultipartUpload` */
  created(row: VersionRow, reason: string, requestId: string): void {
    const object = { size: row.size, etag: row.etag.replaceAll('"', '') };
    this.#publish('Object Created', row, object, { reason, 'request-id': requestId });
  }

  /** @param row the version that was deleted, or the marker that was created */
  deleted(row: VersionRow, requestId: string): void {
    const markerCreated = row.marker === 1 && row.latest === 1;
    this.#publish('Object Deleted', row, row.etag ? { etag: row.etag.replaceAll('"', '') } : {}, {
      reason: 'DeleteObject',
      'deletion-type': markerCreated ? 'Delete Marker Created' : 'Permanently Deleted',
      'request-id': requestId,
    });
  }

  #publish(type: ObjectEvent['detail-type'], row: VersionRow, object: object, detail: object): void {
    const { bucket, key, version, sequence } = row;
    if (!this.#options.buckets.settings(bucket).eventBridge) return;
    this.#options.publish({
      source: 'aws.s3',
      'detail-type': type,
      resources: [`arn:aws:s3:::${bucket}`],
      time: new Date(row.modified).toISOString(),
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: {
          key,
          ...object,
          ...(version !== 'null' && { 'version-id': version }),
          sequencer: sequencer(sequence),
        },
        requester: ACCOUNT,
        'source-ip-address': '127.0.0.1',
        ...detail,
      },
    });
  }
}

/** Hexadecimal, and later writes of a key compare greater. */
const sequencer = (sequence: number) => sequence.toString(16).toUpperCase().padStart(18, '0');
