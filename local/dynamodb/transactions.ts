import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf, optionalString } from '../gateway/input.ts';
import { type Dynalite, type Item, promised, type StoreWrite, type TableDescription } from './dynalite.ts';
import { transactionWrite, type WriteSession } from './write-session.ts';

type Members = Readonly<Record<string, unknown>>;

/** One operation of a transaction, validated. A condition check runs as a delete whose write is dropped. */
interface Operation {
  kind: TransactionKind;
  action: string;
  input: Members;
  returnOld: boolean;
  table: string;
  key: string;
}

/** The members of an item of TransactWriteItems, and the dynalite action that does the same alone. */
export const TRANSACTION_KINDS = {
  ConditionCheck: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
} as const;
export type TransactionKind = keyof typeof TRANSACTION_KINDS;

const LARGEST_TRANSACTION = 100;

/** A repeated request is answered as before for ten minutes. */
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

/** The operation inside an item of TransactWriteItems. Throws ValidationException when it is not exactly one. */
export function operationOf(entry: unknown): { kind: TransactionKind; members: Members } {
  const [only, ...others] = Object.entries(membersOf(entry));
  const kind = only && KINDS.find((candidate) => candidate === only[0]);
  if (kind && others.length === 0) return { kind, members: membersOf(only[1]) };
  throw new AwsError('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
}

const KINDS: readonly TransactionKind[] = ['ConditionCheck', 'Put', 'Update', 'Delete'];

/** TransactWriteItems on dynalite: all items locked, all conditions checked, all writes in one batch. */
export async function transactWrite(dynalite: Dynalite, input: Members, now: number): Promise<object> {
  const operations = await Promise.all(transactItems(input).map((entry) => prepare(dynalite, entry)));
  refuseDuplicates(operations);
  const token = optionalString(input, 'ClientRequestToken');
  const fingerprint = createHash('sha256').update(JSON.stringify(input['TransactItems'])).digest('base64');
  if (token && (await alreadyDone(dynalite, token, fingerprint, now))) return {};
  const release = await lockAll(dynalite, operations);
  try {
    const writes = await runAll(dynalite, operations);
    if (token) writes.push({ type: 'put', key: tokenKey(token), value: { fingerprint, at: now } });
    await promised((done) => dynalite.store.db.batch(writes, done));
    return {};
  } finally {
    release();
  }
}

/** TransactGetItems on dynalite: no transaction writes these items meanwhile. */
export async function transactGet(dynalite: Dynalite, input: Members): Promise<object> {
  const gets = await Promise.all(
    transactItems(input).map(async (entry) => {
      const get = dynalite.validate('GetItem', membersOf(membersOf(entry)['Get']));
      return { get, ...(await locate(dynalite, get, 'Key')) };
    }),
  );
  const release = await lockAll(dynalite, gets);
  try {
    return { Responses: await Promise.all(gets.map(({ get }) => dynalite.run('GetItem', get))) };
  } finally {
    release();
  }
}

function transactItems(input: Members): readonly unknown[] {
  const items = listMember(input, 'TransactItems');
  if (items.length >= 1 && items.length <= LARGEST_TRANSACTION) return items;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length from 1 to ${LARGEST_TRANSACTION}; it has ${items.length}`,
  );
}

async function prepare(dynalite: Dynalite, entry: unknown): Promise<Operation> {
  const { kind, members } = operationOf(entry);
  const action = TRANSACTION_KINDS[kind];
  const input = dynalite.validate(action, members);
  if (kind === 'ConditionCheck' && input['ConditionExpression'] === undefined)
    throw new AwsError('ValidationException', 'A ConditionCheck needs a ConditionExpression.');
  const located = await locate(dynalite, input, kind === 'Put' ? 'Item' : 'Key');
  return { kind, action, input, returnOld: members['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD', ...located };
}

async function locate(
  dynalite: Dynalite,
  input: Members,
  member: 'Item' | 'Key',
): Promise<{ table: string; key: string }> {
  const table = String(input['TableName']);
  const description = await promised<TableDescription>((done) => dynalite.store.getTable(table, false, done));
  // dynalite has validated the input: the member is a map of typed values.
  const item = input[member] as Item;
  return { table, key: dynalite.keyOf(item, description, member === 'Item' ? 'item' : 'key') };
}

function refuseDuplicates(operations: readonly Operation[]): void {
  if (new Set(operations.map(({ table, key }) => `${table}~${key}`)).size === operations.length) return;
  throw new AwsError('ValidationException', 'Transaction request cannot include multiple operations on one item');
}

/** Takes dynalite's own locks, table by table in one order everywhere, so that transactions never wait in a circle. */
async function lockAll(dynalite: Dynalite, items: readonly { table: string; key: string }[]): Promise<() => void> {
  const releases: (() => void)[] = [];
  for (const table of [...new Set(items.map((item) => item.table))].sort()) {
    const keys = [...new Set(items.filter((item) => item.table === table).map(({ key }) => key))];
    const { promise, resolve } = Promise.withResolvers<() => void>();
    dynalite.store.getItemDb(table).lock(keys, (release) => resolve(release(() => {})));
    releases.push(await promise);
  }
  return () => {
    for (const release of releases) release();
  };
}

async function runAll(dynalite: Dynalite, operations: readonly Operation[]): Promise<StoreWrite[]> {
  const sessions = operations.map(() => transactionWrite(dynalite.store));
  const results = await Promise.allSettled(
    sessions.map(async (session, index) => {
      const operation = operations[index];
      if (operation) await dynalite.run(operation.action, operation.input, session.store);
    }),
  );
  const reasons = results.map((result, index) => reasonOf(result, operations[index], sessions[index]));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  return sessions.flatMap(({ writes }, index) => (operations[index]?.kind === 'ConditionCheck' ? [] : writes));
}

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

function reasonOf(result: PromiseSettledResult<void>, operation?: Operation, session?: WriteSession): Reason {
  if (result.status === 'fulfilled') return { Code: 'None' };
  if (!(result.reason instanceof AwsError)) throw result.reason;
  const { code, message } = result.reason;
  const existing = session?.existing();
  if (code === 'ConditionalCheckFailedException')
    return {
      Code: 'ConditionalCheckFailed',
      Message: message,
      ...(operation?.returnOld && existing && { Item: existing }),
    };
  return { Code: code === 'ValidationException' ? 'ValidationError' : code, Message: message };
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { details: { CancellationReasons: reasons } },
  );
}

async function alreadyDone(dynalite: Dynalite, token: string, fingerprint: string, now: number): Promise<boolean> {
  const known = membersOf(await promised((done) => dynalite.store.db.get(tokenKey(token), ignoreMissing(done))));
  if (typeof known['at'] !== 'number' || known['at'] + TOKEN_LIFETIME_MS < now) return false;
  if (known['fingerprint'] === fingerprint) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
}

const tokenKey = (token: string) => `transaction-token~${token}`;

const ignoreMissing = (done: (error?: unknown, value?: unknown) => void) => (error?: unknown, value?: unknown) =>
  error instanceof Error && error.name === 'NotFoundError' ? done(undefined, undefined) : done(error, value);
