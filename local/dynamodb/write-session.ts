import type { Callback, DynaliteStore, Item, PartialStore, StoreWrite } from './dynalite.ts';

/** A stand-in for dynalite's store that collects what an action writes, so that it reaches the disk in one batch. */
export interface WriteSession {
  store: DynaliteStore;
  writes: StoreWrite[];
  /** The item as the action found it. */
  existing(): Item | undefined;
}

/**
 * A session for one action: dynalite writes index entries and the item one after another, and a crash between them would
 * leave an index that contradicts its table. Here the item's own write, the last one, takes all of them along. dynalite
 * holds the item's lock meanwhile.
 */
export function singleWrite(store: DynaliteStore): WriteSession {
  return session(store, {
    lock: (table) => store.getItemDb(table).lock,
    commit: (writes, done) => store.db.batch(writes, done),
  });
}

/** A session for one action of a transaction: the transaction holds the locks and writes the batch. */
export function transactionWrite(store: DynaliteStore): WriteSession {
  return session(store, {
    lock: () => (_key, run) => run((done) => done),
    commit: (_writes, done) => done(),
  });
}

interface Strategy {
  lock(table: string): PartialStore['lock'];
  commit(writes: StoreWrite[], done: Callback): void;
}

function session(store: DynaliteStore, { lock, commit }: Strategy): WriteSession {
  const writes: StoreWrite[] = [];
  let existing: Item | undefined;
  const add = (write: StoreWrite, done: Callback) => {
    writes.push(write);
    done();
  };
  const addAndCommit = (write: StoreWrite, done: Callback) => {
    writes.push(write);
    commit(writes, done);
  };
  const overrides: Pick<DynaliteStore, 'getItemDb' | 'getIndexDb'> = {
    getItemDb: (table) => ({
      lock: lock(table),
      get: (key, done) =>
        store.getItemDb(table).get(key, (error, item) => {
          existing = item;
          done(error, item);
        }),
      put: (key, value, done) => addAndCommit({ type: 'put', key: itemKey(table, key), value }, done),
      del: (key, done) => addAndCommit({ type: 'del', key: itemKey(table, key) }, done),
    }),
    getIndexDb: (type, table, index) => ({
      ...store.getIndexDb(type, table, index),
      put: (key, value, done) => add({ type: 'put', key: indexKey(type, table, index, key), value }, done),
      del: (key, done) => add({ type: 'del', key: indexKey(type, table, index, key) }, done),
    }),
  };
  return { store: Object.assign(Object.create(store), overrides), writes, existing: () => existing };
}

/** How dynalite prefixes the keys of all tables in its one store. */
const itemKey = (table: string, key: string) => `item-${table}~${key}`;
const indexKey = (type: string, table: string, index: string, key: string) =>
  `index-${type.toLowerCase()}~${table}~${index}~${key}`;
