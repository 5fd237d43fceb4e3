import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps the contents of objects, which are too large for the database. An id is written once and never changed. */
export interface Bodies {
  put(body: Buffer): string;
  get(id: string): Buffer;
  delete(id: string): void;
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
