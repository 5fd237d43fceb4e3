import { AwsError } from '../gateway/aws-error.ts';
import {
  type Callback,
  type Dynalite,
  type IndexDescription,
  type Item,
  promised,
  type TableDescription,
} from './dynalite.ts';

/** dynalite's module of tables and items. */
export interface ItemModule {
  updateIndexes(
    store: unknown,
    table: TableDescription,
    before: Item | undefined,
    after: Item | undefined,
    done: Callback,
  ): void;
  traverseIndexes(
    table: TableDescription,
    visit: (attribute: string, type: string, index: IndexDescription) => AwsError | undefined,
  ): AwsError | undefined;
}

const guarded = new WeakSet<ItemModule>();

/** Makes dynalite refuse items with an empty text where an index has its key, as DynamoDB does. */
export function refuseEmptyIndexKeys(module: ItemModule): void {
  if (guarded.has(module)) return;
  guarded.add(module);
  const { updateIndexes, traverseIndexes } = module;
  module.updateIndexes = (store, table, before, after, done) => {
    const fault =
      after &&
      traverseIndexes(table, (attribute, type, { IndexName }) =>
        after[attribute]?.[type] === '' ? emptyKey(attribute, type, IndexName) : undefined,
      );
    if (fault) done(fault);
    else updateIndexes(store, table, before, after, done);
  };
}

function emptyKey(attribute: string, type: string, index: string): AwsError {
  return new AwsError(
    'ValidationException',
    `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${type === 'B' ? 'binary' : 'string'} value. IndexName: ${index}, IndexKey: ${attribute}`,
  );
}

/** Fills an index that its table has already got with the items that were there before, each under its lock. */
export async function addEntries(dynalite: Dynalite, table: TableDescription, index: IndexDescription): Promise<void> {
  const { store } = dynalite;
  const start = `item-${table.TableName}~`;
  const items = store.db.keys({ gte: start, lt: `${start}\uffff` });
  for (let key = await items.next(); typeof key === 'string'; key = await items.next()) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const itemKey = key.slice(start.length);
    store.getItemDb(table.TableName).lock(itemKey, (release) => {
      const done = release((error) => (error ? reject(error) : resolve()));
      addEntry(dynalite, table, index, itemKey).then(() => done(), done);
    });
    await promise;
  }
}

async function addEntry(
  { store, indexEntry }: Dynalite,
  table: TableDescription,
  index: IndexDescription,
  itemKey: string,
): Promise<void> {
  const item = await promised<Item | undefined>((done) => store.getItemDb(table.TableName).get(itemKey, done));
  if (!item || !hasKeys(item, table, index)) return;
  const entry = indexEntry(item, table, index);
  await promised((done) =>
    store.getIndexDb('Global', table.TableName, index.IndexName).put(entry.key, entry.item, done),
  );
}

/** Items without its keys, or with keys of another type, are not in an index. */
function hasKeys(item: Item, { AttributeDefinitions }: TableDescription, { KeySchema }: IndexDescription): boolean {
  return KeySchema.every(({ AttributeName }) => {
    const type = AttributeDefinitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType;
    const value = type && item[AttributeName]?.[type];
    return value !== undefined && value !== '';
  });
}
