import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Database } from '../../../local/database.ts';
import { type Bodies, fileBodies, storedBodies } from '../../../local/s3/bodies.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'storygate-bodies-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const objects = () => join(directory, 'objects');
const files = () => readdirSync(objects());

/** Does something with the contents that are kept in the directory, as one run of the runtime. */
function run<T>(work: (bodies: Bodies) => T): T {
  const database = new Database(join(directory, 'runtime.db'));
  try {
    return work(storedBodies(database, fileBodies(objects())));
  } finally {
    database.close();
  }
}

test('contents up to 64 KB are in the database, larger ones are files; the next run has both', () => {
  const [none, small, large] = run((bodies) => [0, 65_536, 65_537].map((size) => bodies.put(Buffer.alloc(size, 'x'))));

  expect(files()).toEqual([large]);
  const sizes = run((bodies) => [none, small, large].map((id = '') => bodies.get(id).length));
  expect(sizes).toEqual([0, 65_536, 65_537]);
});

test('a deleted content is gone from either place', () => {
  const ids = run((bodies) => [10, 70_000].map((size) => bodies.put(Buffer.alloc(size))));
  run((bodies) => {
    for (const id of ids) bodies.delete(id);
  });

  expect(files()).toEqual([]);
  for (const id of ids) expect(() => run((bodies) => bodies.get(id))).toThrow(/ENOENT/);
});

test('small contents that an earlier version kept as files are found', () => {
  run(() => {});
  writeFileSync(join(objects(), 'an-old-one'), 'small');

  expect(run((bodies) => bodies.get('an-old-one').toString())).toBe('small');
});
