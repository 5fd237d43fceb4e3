import { AwsError } from '../gateway/aws-error.ts';
import { type Dynalite, type Item, promised, type TableDescription } from './dynalite.ts';
import { singleWrite } from './write-session.ts';

/** Writes of one BatchWriteItem (DynamoDB's quotas). */
const LARGEST_BATCH = 25;

interface Write {
  table: string;
  key: string;
  action: 'PutItem' | 'DeleteItem';
  input: object;
}

/**
 * BatchWriteItem: each write with its own session, as a batch is no transaction, but no item may contradict its indexes.
 * What is wrong with one of them is found before the first.
 * @param input as dynalite has validated it
 * @throws AwsError ValidationException, ResourceNotFoundException
 */
export async function batchWrite(
  dynalite: Dynalite,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const tables = Object.entries(Object(input['RequestItems']));
  const writes = (await Promise.all(tables.map(([table, requests]) => writesOf(dynalite, table, requests)))).flat();
  if (writes.length > LARGEST_BATCH)
    throw new AwsError('ValidationException', 'Too many items requested for the BatchWriteItem call');
  if (new Set(writes.map(({ table, key }) => `${table}~${key}`)).size < writes.length)
    throw new AwsError('ValidationException', 'Provided list of item keys contains duplicates');
  const { store } = dynalite;
  await Promise.all(writes.map(({ action, input: write }) => dynalite.run(action, write, singleWrite(store).store)));
  return { UnprocessedItems: {} };
}

async function writesOf(dynalite: Dynalite, table: string, requests: unknown): Promise<Write[]> {
  const description = await promised<TableDescription>((done) => dynalite.store.getTable(table, true, done));
  // Validated: lists of `{ PutRequest: { Item } }` or `{ DeleteRequest: { Key } }`.
  return (requests as { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]).map((request) => {
    if (request.PutRequest) {
      const { Item } = request.PutRequest;
      const key = dynalite.keyOf(Item, description, 'item');
      return { table, key, action: 'PutItem', input: { TableName: table, Item } };
    }
    const Key = request.DeleteRequest?.Key ?? {};
    const key = dynalite.keyOf(Key, description, 'key');
    return { table, key, action: 'DeleteItem', input: { TableName: table, Key } };
  });
}
