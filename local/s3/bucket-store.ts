import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { noSuchBucket } from './errors.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, settings TEXT NOT NULL);
`;

/** How a bucket is set up. */
export interface BucketSettings {
  /** Never `undefined` again once it was enabled, as on AWS. */
  versioning?: 'Enabled' | 'Suspended';
  /** Whether object events go to EventBridge. */
  eventBridge: boolean;
  /** The bucket's further configurations as they were put, by sub-resource: `policy` (JSON), `encryption` (XML). */
  documents: Readonly<Record<string, string>>;
}

/** The buckets and their settings, in the runtime's database and, for reading, in memory. */
export class BucketStore {
  readonly #database: Database;
  readonly #buckets = new Map<string, { created: number; settings: BucketSettings }>();

  constructor(database: Database) {
    this.#database = database;
    database.define(DDL);
    const rows = database.all<{ name: string; created: number; settings: string }>('SELECT * FROM s3_buckets');
    for (const { name, created, settings } of rows)
      this.#buckets.set(name, { created, settings: JSON.parse(settings) });
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** Throws `AwsError` NoSuchBucket. */
  settings(name: string): BucketSettings {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket.settings;
  }

  /** In order of their names. @returns creation times in epoch milliseconds */
  list(): { name: string; created: number }[] {
    const all = [...this.#buckets].map(([name, { created }]) => ({ name, created }));
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws `AwsError` InvalidBucketName. An existing bucket stays as it is. */
  create(name: string, now: number): void {
    if (this.#buckets.has(name)) return;
    if (!/^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9]|[.-](?=[a-z0-9-])){1,61}[a-z0-9]$/.test(name))
      throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
    this.#keep(name, now, { eventBridge: false, documents: {} });
  }

  change(name: string, changes: Partial<BucketSettings>): void {
    const settings = { ...this.settings(name), ...changes };
    this.#keep(name, this.#buckets.get(name)?.created ?? 0, settings);
  }

  /** Sets one of the bucket's further configurations; undefined takes it away. */
  putDocument(name: string, resource: string, document: string | undefined): void {
    const { [resource]: _, ...others } = this.settings(name).documents;
    this.change(name, { documents: document === undefined ? others : { ...others, [resource]: document } });
  }

  delete(name: string): void {
    this.#buckets.delete(name);
    this.#database.run('DELETE FROM s3_buckets WHERE name = ?', name);
  }

  #keep(name: string, created: number, settings: BucketSettings): void {
    this.#buckets.set(name, { created, settings });
    this.#database.run('INSERT OR REPLACE INTO s3_buckets VALUES (?, ?, ?)', name, created, JSON.stringify(settings));
  }
}
