import { createRequire, Module } from 'node:module';
import type { Database } from '../database.ts';
import { ACCOUNT, REGION } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { type EntryStore, entryStore } from './entries.ts';
import { refuseEmptyIndexKeys } from './index-entries.ts';
import { rememberParsed } from './parsed-expressions.ts';

export type Callback<Value = unknown> = (error?: unknown, value?: Value) => void;
/** An item or key in DynamoDB's JSON: attribute names to typed values. */
export type Item = Record<string, Record<string, unknown>>;

/** One write to the entries underneath, keys as dynalite prefixes them. */
export type StoreWrite = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

type Release = (done: Callback) => Callback;

/** One table's items, or one index's entries. */
export interface PartialStore {
  lock(key: string | readonly string[], run: (release: Release) => void): void;
  get(key: string, done: Callback<Item>): void;
  put(key: string, value: unknown, done: Callback): void;
  del(key: string, done: Callback): void;
}

export interface IndexDescription {
  IndexName: string;
  IndexStatus: string;
  [member: string]: unknown;
  KeySchema: { AttributeName: string }[];
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
}

export interface TableDescription {
  TableName: string;
  TableStatus: string;
  KeySchema: { AttributeName: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: IndexDescription[];
  [member: string]: unknown;
}

/** What dynalite's actions work on. */
export interface DynaliteStore {
  db: {
    batch(writes: StoreWrite[], done: Callback): void;
    get(key: string, done: Callback<unknown>): void;
    keys: EntryStore['keys'];
  };
  tableDb: PartialStore & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): PartialStore;
  getIndexDb(type: string, table: string, index: string): PartialStore;
  deleteIndexDb(type: string, table: string, index: string, done: Callback): void;
  getTable(name: string, checkStatus: boolean, done: Callback<TableDescription>): void;
  lifecycleManager: { gracefulClose(done: Callback): void };
}

/** dynalite as modules, without its web server: the actions are called directly. */
export interface Dynalite {
  store: DynaliteStore;
  /** Validates the input of an action as DynamoDB does. Throws `AwsError` ValidationException, SerializationException. */
  validate(action: string, input: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Runs an action on validated input, on `store` or a stand-in for it. Rejects with `AwsError`. */
  run(action: string, input: object, store?: DynaliteStore): Promise<Record<string, unknown>>;
  /** The key under which an item is stored. Throws `AwsError` ValidationException when it does not fit the table. */
  keyOf(item: Item, table: TableDescription, kind: 'item' | 'key'): string;
  /** What an index holds of an item that has the index's keys. */
  indexEntry(item: Item, table: TableDescription, index: IndexDescription): { key: string; item: Item };
}

/** The actions that dynalite runs; its modules are named after them. */
export const DYNALITE_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** Loads dynalite's modules and puts its entries into the database. */
export function openDynalite(database: Database): Dynalite {
  const require = createRequire(import.meta.url);
  leaveOutLevelDb(require);
  const db = require('dynalite/db');
  const validations = require('dynalite/validations');
  for (const kind of ['condition', 'projection', 'update']) rememberParsed(require(`dynalite/db/${kind}Parser`));
  refuseEmptyIndexKeys(db);
  const modules = new Map(
    DYNALITE_ACTIONS.map((name) => {
      const file = lowerFirst(name);
      return [
        name as string,
        { run: require(`dynalite/actions/${file}`), validation: require(`dynalite/validations/${file}`) },
      ];
    }),
  );
  const store: DynaliteStore = db.create({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  Object.assign(store.db, entryStore(database));
  Object.assign(store.tableDb, { awsAccountId: ACCOUNT, awsRegion: REGION });
  return {
    store,
    validate: (action, input) => {
      const validation = modules.get(action)?.validation;
      try {
        return translated(() => {
          const data = validations.checkTypes({ ...input }, validation.types);
          validations.checkValidations(data, validation.types, validation.custom, store);
          return data;
        });
      } catch (error) {
        throw error instanceof TypeError && holdsNull(input) ? emptyValue(error) : error;
      }
    },
    run: (action, input, on = store) => promised((done) => modules.get(action)?.run(on, input, done)),
    keyOf: (item, table, kind) =>
      translated(() => {
        const invalid = kind === 'item' ? db.validateItem(item, table) : db.validateKey(item, table);
        if (invalid) throw invalid;
        return db.createKey(item, table);
      }),
    indexEntry: (item, table, index) => db.getIndexActions([index], null, item, table).puts[0],
  };
}

/** Whether a map or list inside has null in the place of a value, which dynalite's checks trip over. */
function holdsNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(holdsNull));
}

function emptyValue(cause: unknown): AwsError {
  const message = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes';
  return new AwsError('ValidationException', message, { cause });
}

/** dynalite loads LevelDB, native code and all, before it is told that its entries are kept elsewhere. */
function leaveOutLevelDb(require: NodeJS.Require): void {
  const requireThere = createRequire(require.resolve('dynalite/db'));
  for (const name of ['level', 'memory-level']) {
    const id = requireThere.resolve(name);
    require.cache[id] ??= Object.assign(new Module(id), {
      exports: { Level: NoLevel, MemoryLevel: NoLevel },
      loaded: true,
    });
  }
}

/** Has what dynalite wraps, all of which `entryStore` replaces. */
class NoLevel {
  get(): void {}
  put(): void {}
  del(): void {}
  batch(): void {}
  async close(): Promise<void> {}
}

/** The promise of a callback's value; dynalite's errors become `AwsError`s. */
export function promised<Value>(run: (done: Callback<Value>) => void): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  try {
    // dynalite's actions call back without a value only where none is expected.
    run((error, value) => (error ? reject(awsError(error)) : resolve(value as Value)));
  } catch (error) {
    reject(awsError(error));
  }
  return promise;
}

function translated<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw awsError(error);
  }
}

/** dynalite's errors carry status and body of the answer; anything else is a fault and stays as it is. */
function awsError(error: unknown): unknown {
  if (!(error instanceof Object) || !('statusCode' in error) || !('body' in error)) return error;
  const { __type = '', message, Message, ...details } = Object(error.body);
  const code = String(__type).slice(String(__type).indexOf('#') + 1);
  return new AwsError(code, String(message ?? Message ?? ''), {
    status: Number(error.statusCode),
    details,
    cause: error,
  });
}

const lowerFirst = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
