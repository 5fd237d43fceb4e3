import type { StoredObject } from '../substrate/fauxqs.ts';

export const VERSIONS_DDL = `
CREATE TABLE IF NOT EXISTS s3_versions (
  bucket TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, sequence INTEGER NOT NULL,
  latest INTEGER NOT NULL, marker INTEGER NOT NULL, body TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, properties TEXT NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (bucket, key, version));
CREATE INDEX IF NOT EXISTS s3_current ON s3_versions (bucket, key) WHERE latest = 1 AND marker = 0;
`;

/** One version of an object, or a delete marker, as the database keeps it. */
export interface VersionRow {
  bucket: string;
  key: string;
  /** `null` (the word) in buckets that never had versioning. */
  version: string;
  /** Grows with every write in the runtime: tells which version is newer. */
  sequence: number;
  latest: number;
  marker: number;
  /** Id of the content; a delete marker has none. */
  body: string | null;
  size: number;
  /** In quotes, as in the header. */
  etag: string;
  /** Epoch milliseconds. */
  modified: number;
  properties: string;
  tags: string;
}

/** Content type, metadata, parts and checksums: what fauxqs keeps of an object besides the columns. */
export type ObjectProperties = Omit<StoredObject, 'key' | 'body' | 'contentLength' | 'etag' | 'lastModified'>;

/** An object's tags by name. */
export type Tags = Readonly<Record<string, string>>;

/** The version as fauxqs's actions read it. */
export function storedObject(row: VersionRow, body: Buffer): StoredObject {
  const { key, size: contentLength, etag, modified } = row;
  return { ...JSON.parse(row.properties), key, body, contentLength, etag, lastModified: new Date(modified) };
}
