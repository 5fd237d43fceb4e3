import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database.ts';

/** Keeps the contents of objects. An id is written once and never changed. */
export interface Bodies {
  put(body: Buffer): string;
  get(id: string): Buffer;
  delete(id: string): void;
}

/**
 * Contents up to this size are rows of the database, in the commit that names them. Making a file for one took longer
 * than all else that PutObject does; for large ones it is the other way round.
 */
const LARGEST_ROW = 64 * 1024;

/** Small contents in the database, large ones in `large`. */
export function storedBodies(database: Database, large: Bodies): Bodies {
  database.define('CREATE TABLE IF NOT EXISTS s3_bodies (id TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID');
  return {
    put: (body) => {
      if (body.length > LARGEST_ROW) return large.put(body);
      const id = randomUUID();
      database.run('INSERT INTO s3_bodies VALUES (?, ?)', id, body);
      return id;
    },
    get: (id) => {
      const row = database.get<{ content: Uint8Array }>('SELECT content FROM s3_bodies WHERE id = ?', id);
      return row ? Buffer.from(row.content) : large.get(id);
    },
    delete: (id) => {
      if (database.run('DELETE FROM s3_bodies WHERE id = ?', id).changes === 0) large.delete(id);
    },
  };
}

/** Contents that end with the process. */
export function memoryBodies(): Bodies {
  const bodies = new Map<string, Buffer>();
  return {
    put: (body) => {
      const id = randomUUID();
      bodies.set(id, body);
      return id;
    },
    get: (id) => bodies.get(id) ?? missing(id),
    delete: (id) => void bodies.delete(id),
  };
}

/** Contents as plain files in `directory`. They are there before the database names them, so none is ever missing. */
export function fileBodies(directory: string): Bodies {
  mkdirSync(directory, { recursive: true });
  return {
    put: (body) => {
      const id = randomUUID();
      writeFileSync(join(directory, id), body);
      return id;
    },
    get: (id) => readFileSync(join(directory, id)),
    delete: (id) => rmSync(join(directory, id), { force: true }),
  };
}

function missing(id: string): never {
  throw new Error(`The content ${id} of an object is not there.`);
}
