import type { Database, SqlValue } from '../database.ts';
import type { Callback, StoreWrite } from './dynalite.ts';

/** A range of keys as LevelDB's clients write it. */
interface Range {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
}

/** What dynalite reads of an iterator: `undefined` after the last one. */
interface EntryIterator {
  next(): Promise<unknown>;
  return(): Promise<void>;
}

/** The methods of a LevelDB that dynalite calls. */
export interface EntryStore {
  get(key: string, done: Callback<unknown>): void;
  put(key: string, value: unknown, done: Callback): void;
  del(key: string, done: Callback): void;
  batch(writes: readonly StoreWrite[], done: Callback): void;
  keys(range?: Range): EntryIterator;
  values(range?: Range): EntryIterator;
}

interface Row {
  key: string;
  value: string;
}

const DDL = 'CREATE TABLE IF NOT EXISTS dynamodb_entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID';
const UPSERT = 'INSERT INTO dynamodb_entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
/** Rows read in one go. */
const PAGE = 100;

/**
 * dynalite's keys and values in the runtime's own database, in the place of LevelDB: one file, one lock and one commit
 * for everything, and no way through other threads. SQLite orders text by its bytes, as LevelDB does. A write calls back
 * when it is on disk.
 */
export function entryStore(database: Database): EntryStore {
  database.define(DDL);
  const run = (write: StoreWrite) => {
    if (write.type === 'put') database.run(UPSERT, write.key, JSON.stringify(write.value));
    else database.run('DELETE FROM dynamodb_entries WHERE key = ?', write.key);
  };
  const batch = (writes: readonly StoreWrite[], done: Callback) => {
    for (const write of writes) run(write);
    database.committed().then(() => done(), done);
  };
  return {
    get: (key, done) => {
      const row = database.get<Row>('SELECT value FROM dynamodb_entries WHERE key = ?', key);
      process.nextTick(done, null, row && JSON.parse(row.value));
    },
    put: (key, value, done) => batch([{ type: 'put', key, value }], done),
    del: (key, done) => batch([{ type: 'del', key }], done),
    batch,
    keys: (range = {}) => iterator(database, range, ({ key }) => key),
    values: (range = {}) => iterator(database, range, ({ value }) => JSON.parse(value)),
  };
}

function iterator(database: Database, range: Range, read: (row: Row) => unknown): EntryIterator {
  let rest = range;
  let rows: Row[] = [];
  let more = true;
  const fill = () => {
    rows = page(database, rest);
    more = rows.length === PAGE;
    const last = rows.at(-1)?.key;
    if (last !== undefined) rest = range.reverse ? { ...range, lt: last } : { ...range, gt: last };
    rows.reverse(); // the next one is the last of the array
  };
  return {
    next: async () => {
      if (rows.length === 0 && more) fill();
      const row = rows.pop();
      return row && read(row);
    },
    return: async () => {},
  };
}

const BOUNDS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function page(database: Database, range: Range): Row[] {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  for (const bound of ['gt', 'gte', 'lt', 'lte'] as const) {
    const value = range[bound];
    if (value === undefined) continue;
    conditions.push(`key ${BOUNDS[bound]} ?`);
    values.push(value);
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const order = range.reverse ? 'DESC' : 'ASC';
  const sql = `SELECT key, value FROM dynamodb_entries ${where} ORDER BY key ${order} LIMIT ${PAGE}`;
  return database.all<Row>(sql, ...values);
}
