import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm, StoredObject } from '../substrate/fauxqs.ts';
import { copySource } from './copy-source.ts';
import type { ObjectStore } from './object-store.ts';
import type { UploadCheck } from './upload-digests.ts';
import type { UploadStore } from './upload-store.ts';
import { type ObjectProperties, storedObject, type Tags, type VersionRow } from './version-rows.ts';

/** What one request brings along that fauxqs's actions do not hand to their store. */
export interface ViewContext {
  /** `versionId` of the query. */
  version: string | undefined;
  /** The header of copies. */
  copySource: string | undefined;
  /** Of what a new multipart upload gets its checksum: of all its bytes or of its parts' checksums. */
  checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  /** Tags for the new object; those of the source where undefined. */
  tags: Tags | undefined;
  /** What the end of an upload has to agree with. */
  check: UploadCheck | undefined;
}

interface SystemMetadata {
  contentLanguage?: string;
  contentDisposition?: string;
  cacheControl?: string;
  contentEncoding?: string;
}

interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
  partChecksums?: string[];
}

/**
 * The store of one request, with the methods that fauxqs's actions call on theirs. It remembers the version that was
 * read or written, which fauxqs's actions know nothing of.
 */
export class StoreView {
  /** The version that the request read last. */
  read: VersionRow | undefined;
  /** The version that the request wrote. */
  written: VersionRow | undefined;
  readonly #objects: ObjectStore;
  readonly #uploads: UploadStore;
  readonly #context: ViewContext;

  constructor(objects: ObjectStore, uploads: UploadStore, context: ViewContext) {
    this.#objects = objects;
    this.#uploads = uploads;
    this.#context = context;
  }

  getObject(bucket: string, key: string): StoredObject {
    const row = this.#find(bucket, key);
    return storedObject(row, this.#objects.content(row));
  }

  headObject(bucket: string, key: string): StoredObject {
    return storedObject(this.#find(bucket, key), Buffer.alloc(0));
  }

  putObject(
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata: Record<string, string>,
    system: SystemMetadata,
    checksum?: Checksum,
  ): StoredObject {
    const properties: ObjectProperties = {
      contentType,
      metadata,
      ...system,
      ...(checksum && checksumProperties(checksum)),
    };
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const tags = this.#context.tags ?? (this.read && JSON.parse(this.read.tags));
    this.written = this.#objects.put({ bucket, key, body, etag, properties, tags });
    return storedObject(this.written, Buffer.alloc(0));
  }

  createMultipartUpload(
    bucket: string,
    key: string,
    contentType: string,
    metadata: Record<string, string>,
    system: SystemMetadata,
    checksumAlgorithm?: ChecksumAlgorithm,
  ): string {
    const checksum = checksumAlgorithm && { checksumAlgorithm, checksumType: this.#context.checksumType };
    const properties = { contentType, metadata, ...system, ...checksum };
    return this.#uploads.create(bucket, key, properties, this.#context.tags ?? {});
  }

  uploadPart(id: string, number: number, body: Buffer, checksum?: string): { etag: string; checksumValue?: string } {
    const part = this.#uploads.putPart(id, number, body, checksum);
    return { etag: part.etag, ...(part.checksum !== null && { checksumValue: part.checksum }) };
  }

  completeMultipartUpload(id: string, parts: readonly { partNumber: number; etag: string }[]): StoredObject {
    this.written = this.#objects.put(this.#uploads.complete(id, parts, this.#context.check));
    return storedObject(this.written, Buffer.alloc(0));
  }

  abortMultipartUpload(id: string): void {
    this.#uploads.delete(id);
  }

  /** Of the request's object that version that it asks for; of a copy's source, which fauxqs cannot take apart, the same. */
  #find(bucket: string, key: string): VersionRow {
    const source = this.#context.copySource;
    const { version, ...names } =
      source === undefined ? { bucket, key, version: this.#context.version } : copySource(source);
    this.read = this.#objects.get(names.bucket, names.key, version);
    return this.read;
  }
}

function checksumProperties({ algorithm, value, type, partChecksums }: Checksum): Partial<ObjectProperties> {
  return {
    checksumAlgorithm: algorithm,
    checksumValue: value,
    checksumType: type,
    ...(partChecksums && { partChecksums }),
  };
}
