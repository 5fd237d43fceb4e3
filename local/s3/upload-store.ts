import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Fauxqs } from '../substrate/fauxqs.ts';
import type { Bodies } from './bodies.ts';
import { invalidPart, noSuchUpload } from './errors.ts';
import type { UploadCheck } from './upload-digests.ts';
import type { ObjectProperties, Tags } from './version-rows.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS s3_uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated INTEGER NOT NULL,
  properties TEXT NOT NULL, tags TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS s3_parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, checksum TEXT, PRIMARY KEY (upload, number));
`;

/** All parts but the last have at least this size, as on AWS. */
const SMALLEST_PART = 5 * 1024 * 1024;

export interface UploadRow {
  id: string;
  bucket: string;
  key: string;
  /** Epoch milliseconds. */
  initiated: number;
  properties: string;
  tags: string;
}

export interface PartRow {
  number: number;
  body: string;
  size: number;
  etag: string;
  modified: number;
  checksum: string | null;
}

/** What an upload becomes. */
export interface AssembledObject {
  bucket: string;
  key: string;
  body: Buffer;
  etag: string;
  properties: ObjectProperties;
  tags: Tags;
}

export interface UploadStoreOptions {
  clock: Pick<Clock, 'now'>;
  database: Database;
  bodies: Bodies;
  checksums: Pick<Fauxqs, 'computeChecksum' | 'computeCompositeChecksum'>;
}

/** Multipart uploads under way, with their parts. */
export class UploadStore {
  readonly #options: UploadStoreOptions;

  constructor(options: UploadStoreOptions) {
    this.#options = options;
    options.database.define(DDL);
  }

  /** @returns the upload id */
  create(bucket: string, key: string, properties: ObjectProperties, tags: Tags): string {
    const id = randomBytes(48).toString('base64url');
    this.#options.database.run(
      'INSERT INTO s3_uploads VALUES (?, ?, ?, ?, ?, ?)',
      id,
      bucket,
      key,
      this.#options.clock.now(),
      JSON.stringify(properties),
      JSON.stringify(tags),
    );
    return id;
  }

  /** Throws `AwsError` NoSuchUpload. */
  get(id: string): UploadRow {
    const row = this.#options.database.get<UploadRow>('SELECT * FROM s3_uploads WHERE id = ?', id);
    if (!row) throw noSuchUpload(id);
    return row;
  }

  list(bucket: string): UploadRow[] {
    const sql = 'SELECT * FROM s3_uploads WHERE bucket = ? ORDER BY key, initiated';
    return this.#options.database.all<UploadRow>(sql, bucket);
  }

  parts(id: string): PartRow[] {
    this.get(id);
    return this.#options.database.all<PartRow>('SELECT * FROM s3_parts WHERE upload = ? ORDER BY number', id);
  }

  /** @param checksum what the caller computed; parts that are copied in have none yet */
  putPart(id: string, number: number, body: Buffer, checksum = this.#checksumOfPart(id, body)): PartRow {
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw new AwsError('InvalidArgument', `Part number must be an integer between 1 and 10000, not ${number}`);
    const former = this.parts(id).find((part) => part.number === number);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const content = { body: this.#options.bodies.put(body), size: body.length };
    const row: PartRow = { number, ...content, etag, modified: this.#options.clock.now(), checksum: checksum ?? null };
    const sql = 'INSERT OR REPLACE INTO s3_parts VALUES (?, ?, ?, ?, ?, ?, ?)';
    this.#options.database.run(sql, id, number, row.body, row.size, etag, row.modified, row.checksum);
    if (former) this.#dropBodies([former]);
    return row;
  }

  /**
   * Puts the named parts together and ends the upload.
   * @param check throws where the object is not as it should be; the upload then goes on
   * @throws AwsError NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall
   */
  complete(id: string, wanted: readonly { partNumber: number; etag: string }[], check?: UploadCheck): AssembledObject {
    const { bucket, key, ...upload } = this.get(id);
    const rows = chooseParts(this.parts(id), wanted);
    const parts = rows.map((row) => ({ ...row, content: this.#options.bodies.get(row.body) }));
    const body = Buffer.concat(parts.map(({ content }) => content));
    const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
    const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
    const common = { ...JSON.parse(upload.properties), parts: offsets(parts) };
    const properties = { ...common, ...this.#checksum(common, parts, body) };
    const object = { bucket, key, body, etag, properties, tags: JSON.parse(upload.tags) };
    check?.(object, parts);
    this.delete(id);
    return object;
  }

  /** Forgets an upload and its parts. Throws `AwsError` NoSuchUpload. */
  delete(id: string): void {
    const parts = this.parts(id);
    this.#options.database.run('DELETE FROM s3_parts WHERE upload = ?', id);
    this.#options.database.run('DELETE FROM s3_uploads WHERE id = ?', id);
    this.#dropBodies(parts);
  }

  #checksumOfPart(id: string, body: Buffer): string | undefined {
    const { checksumAlgorithm }: ObjectProperties = JSON.parse(this.get(id).properties);
    return checksumAlgorithm && this.#options.checksums.computeChecksum(checksumAlgorithm, body);
  }

  #checksum(
    { checksumAlgorithm: algorithm, checksumType }: ObjectProperties,
    parts: readonly PartRow[],
    body: Buffer,
  ): Partial<ObjectProperties> {
    const { computeChecksum, computeCompositeChecksum } = this.#options.checksums;
    const partChecksums = parts.flatMap(({ checksum }) => (checksum === null ? [] : [checksum]));
    if (!algorithm || partChecksums.length !== parts.length) return {};
    if (checksumType === 'FULL_OBJECT') return { checksumValue: computeChecksum(algorithm, body), partChecksums };
    const checksumValue = computeCompositeChecksum(algorithm, partChecksums);
    return { checksumValue, checksumType: 'COMPOSITE', partChecksums };
  }

  #dropBodies(parts: readonly PartRow[]): void {
    const { bodies, database } = this.#options;
    database.committed().then(
      () => {
        for (const { body } of parts) bodies.delete(body);
      },
      () => {}, // the change failed, so they are still in use
    );
  }
}

function chooseParts(parts: readonly PartRow[], wanted: readonly { partNumber: number; etag: string }[]): PartRow[] {
  if (wanted.some(({ partNumber }, index) => partNumber <= (wanted[index - 1]?.partNumber ?? 0)))
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  const chosen = wanted.map(({ partNumber, etag }) => {
    const part = parts.find(({ number }) => number === partNumber);
    if (part && part.etag.replaceAll('"', '') === etag.replaceAll('"', '')) return part;
    throw invalidPart(partNumber);
  });
  if (chosen.length === 0) throw new AwsError('MalformedXML', 'The request names no parts.');
  if (chosen.slice(0, -1).some(({ size }) => size < SMALLEST_PART))
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  return chosen;
}

function offsets(parts: readonly PartRow[]): { partNumber: number; offset: number; length: number }[] {
  let offset = 0;
  return parts.map(({ number, size }) => {
    const part = { partNumber: number, offset, length: size };
    offset += size;
    return part;
  });
}
