import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import type { Bodies } from './bodies.ts';
import type { BucketStore } from './bucket-store.ts';
import { deleteMarkerAddressed, noSuchKey, noSuchVersion } from './errors.ts';
import { type ObjectProperties, type Tags, VERSIONS_DDL, type VersionRow } from './version-rows.ts';

export interface NewObject {
  bucket: string;
  key: string;
  body: Buffer;
  etag: string;
  properties: ObjectProperties;
  tags?: Tags;
}

export interface ObjectStoreOptions {
  clock: Pick<Clock, 'now'>;
  database: Database;
  buckets: BucketStore;
  bodies: Bodies;
}

/** Objects with all their versions. Metadata is in the runtime's database, contents are in `Bodies`. */
export class ObjectStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #database: Database;
  readonly #buckets: BucketStore;
  readonly #bodies: Bodies;
  #sequence: number;

  constructor({ clock, database, buckets, bodies }: ObjectStoreOptions) {
    this.#clock = clock;
    this.#database = database;
    this.#buckets = buckets;
    this.#bodies = bodies;
    database.define(VERSIONS_DDL);
    this.#sequence = database.get<{ last: number | null }>('SELECT max(sequence) AS last FROM s3_versions')?.last ?? 0;
  }

  /** Writes a new version, in place of the former one where the bucket keeps none. */
  put({ bucket, key, body, etag, properties, tags = {} }: NewObject): VersionRow {
    const version = this.#nextVersion(bucket);
    const content = { marker: 0, body: this.#bodies.put(body), size: body.length, etag };
    const texts = { properties: JSON.stringify(properties), tags: JSON.stringify(tags) };
    return this.#insert({ bucket, key, version, ...content, ...texts });
  }

  /**
   * The object's current version or the one asked for.
   * @throws AwsError NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker
   */
  get(bucket: string, key: string, version?: string): VersionRow {
    this.#buckets.settings(bucket);
    const row = this.#row(bucket, key, version);
    if (!row) throw version === undefined ? noSuchKey(key) : noSuchVersion(key, version);
    if (!row.marker) return row;
    throw version === undefined ? noSuchKey(key) : deleteMarkerAddressed();
  }

  /** The object's current version or the one asked for, if there is one that is no delete marker. */
  find(bucket: string, key: string, version?: string): VersionRow | undefined {
    const row = this.#row(bucket, key, version);
    return row?.marker ? undefined : row;
  }

  content({ body }: VersionRow): Buffer {
    return body === null ? Buffer.alloc(0) : this.#bodies.get(body);
  }

  setTags({ bucket, key, version }: VersionRow, tags: Tags): void {
    const sql = 'UPDATE s3_versions SET tags = ? WHERE bucket = ? AND key = ? AND version = ?';
    this.#database.run(sql, JSON.stringify(tags), bucket, key, version);
  }

  /**
   * Deletes as S3 does: one version for good, or the object, which leaves a delete marker in a bucket with versions.
   * @returns the version or marker concerned; undefined when there was nothing to delete
   */
  delete(bucket: string, key: string, version?: string): VersionRow | undefined {
    const { versioning } = this.#buckets.settings(bucket);
    if (version !== undefined || versioning === undefined) return this.#deleteVersion(bucket, key, version ?? 'null');
    const nothing = { marker: 1, body: null, size: 0, etag: '', properties: '{}', tags: '{}' };
    return this.#insert({ bucket, key, version: this.#nextVersion(bucket), ...nothing });
  }

  /** Current objects from a key on, in the order of their keys' bytes, which is S3's. */
  current(bucket: string, from: string, limit: number): VersionRow[] {
    const sql = `SELECT * FROM s3_versions WHERE bucket = ? AND key >= ? AND latest = 1 AND marker = 0
      ORDER BY key LIMIT ?`;
    return this.#database.all<VersionRow>(sql, bucket, from, limit);
  }

  /** All versions and delete markers, by key, the newest first. */
  versions(bucket: string, from: { key: string; before: number }, limit: number): VersionRow[] {
    const sql = `SELECT * FROM s3_versions WHERE bucket = ? AND (key > ? OR (key = ? AND sequence < ?))
      ORDER BY key, sequence DESC LIMIT ?`;
    return this.#database.all<VersionRow>(sql, bucket, from.key, from.key, from.before, limit);
  }

  /** Where a version stands in `versions`. */
  sequenceOf(bucket: string, key: string, version: string): number | undefined {
    return this.#version(bucket, key, version)?.sequence;
  }

  isEmpty(bucket: string): boolean {
    return this.versions(bucket, { key: '', before: 0 }, 1).length === 0;
  }

  /** Deletes all versions of all objects for good. */
  empty(bucket: string): void {
    const rows = this.#database.all<VersionRow>('SELECT * FROM s3_versions WHERE bucket = ?', bucket);
    this.#database.run('DELETE FROM s3_versions WHERE bucket = ?', bucket);
    for (const { body } of rows) this.#dropBody(body);
  }

  #nextVersion(bucket: string): string {
    return this.#buckets.settings(bucket).versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
  }

  #insert(version: Omit<VersionRow, 'sequence' | 'latest' | 'modified'>): VersionRow {
    const { bucket, key } = version;
    this.#sequence += 1;
    const row: VersionRow = { ...version, sequence: this.#sequence, latest: 1, modified: this.#clock.now() };
    const replaced = row.version === 'null' ? this.#version(bucket, key, 'null') : undefined;
    this.#database.run('UPDATE s3_versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1', bucket, key);
    this.#database.run(
      'INSERT OR REPLACE INTO s3_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      bucket,
      key,
      row.version,
      row.sequence,
      row.latest,
      row.marker,
      row.body,
      row.size,
      row.etag,
      row.modified,
      row.properties,
      row.tags,
    );
    this.#dropBody(replaced?.body ?? null);
    return row;
  }

  #deleteVersion(bucket: string, key: string, version: string): VersionRow | undefined {
    const row = this.#version(bucket, key, version);
    if (!row) return undefined;
    this.#database.run('DELETE FROM s3_versions WHERE bucket = ? AND key = ? AND version = ?', bucket, key, version);
    this.#database.run(
      `UPDATE s3_versions SET latest = 1 WHERE bucket = ? AND key = ?
        AND sequence = (SELECT max(sequence) FROM s3_versions WHERE bucket = ? AND key = ?)`,
      bucket,
      key,
      bucket,
      key,
    );
    this.#dropBody(row.body);
    return row;
  }

  /** A content goes only when the database no longer names it, whatever happens meanwhile. */
  #dropBody(id: string | null): void {
    if (id === null) return;
    this.#database.committed().then(
      () => this.#bodies.delete(id),
      () => {}, // the write that replaced it failed, so it is still in use
    );
  }

  #row(bucket: string, key: string, version: string | undefined): VersionRow | undefined {
    return version === undefined ? this.#latest(bucket, key) : this.#version(bucket, key, version);
  }

  #latest(bucket: string, key: string): VersionRow | undefined {
    const sql = 'SELECT * FROM s3_versions WHERE bucket = ? AND key = ? AND latest = 1';
    return this.#database.get<VersionRow>(sql, bucket, key);
  }

  #version(bucket: string, key: string, version: string): VersionRow | undefined {
    const sql = 'SELECT * FROM s3_versions WHERE bucket = ? AND key = ? AND version = ?';
    return this.#database.get<VersionRow>(sql, bucket, key, version);
  }
}
