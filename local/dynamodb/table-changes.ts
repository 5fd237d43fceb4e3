import { z } from 'zod';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { parseInput, refuseUnserved } from '../gateway/constraint.ts';
import { listMember, membersOf } from '../gateway/input.ts';
import { type Dynalite, type IndexDescription, promised, type TableDescription } from './dynalite.ts';
import { addEntries } from './index-entries.ts';
import { replaceTags, tagsIn } from './table-tags.ts';

type Members = Readonly<Record<string, unknown>>;
const typed = z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) });
/** dynalite drops them from an update. */
const withAttributes = z.object({ AttributeDefinitions: z.array(typed).nullish() });

const NO_CAPACITY = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
const ANY_CAPACITY = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };

type Output = Promise<Record<string, unknown>>;

const SERVED = ['TableName', 'AttributeDefinitions', 'BillingMode', 'ProvisionedThroughput'];
const SERVED_AT_CREATION = [...SERVED, 'KeySchema', 'LocalSecondaryIndexes', 'GlobalSecondaryIndexes', 'Tags'];
const SERVED_LATER = [...SERVED, 'GlobalSecondaryIndexUpdates'];

/** CreateTable with what dynalite leaves out: tags, a message, and the names of settings that have no effect here. */
export async function createTable(dynalite: Dynalite, input: Members): Output {
  refuseUnserved(input, SERVED_AT_CREATION, 'ValidationException');
  const valid = dynalite.validate('CreateTable', input);
  const tags = tagsIn(input);
  const table = String(valid['TableName']);
  try {
    const output = await dynalite.run('CreateTable', valid);
    await replaceTags(dynalite, table, tags);
    return output;
  } catch (error) {
    const exists = error instanceof AwsError && error.code === 'ResourceInUseException';
    throw exists ? new AwsError(error.code, `Table already exists: ${table}`, { cause: error }) : error;
  }
}

/** UpdateTable: indexes are made and deleted here, as dynalite answers without doing it; the rest is dynalite's. */
export async function updateTable(dynalite: Dynalite, input: Members): Output {
  refuseUnserved(input, SERVED_LATER, 'ValidationException');
  const valid = dynalite.validate('UpdateTable', withThroughput(input));
  const table = String(valid['TableName']);
  const updates = listMember(valid, 'GlobalSecondaryIndexUpdates').map(membersOf);
  const changes = updates.filter(({ Create, Delete }) => Create ?? Delete);
  if (changes.length > 1)
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  const { AttributeDefinitions } = parseInput(withAttributes, input, 'ValidationException');
  for (const { Create, Delete } of changes) {
    if (Create) await createIndex(dynalite, table, membersOf(Create), AttributeDefinitions ?? []);
    if (Delete) await deleteIndex(dynalite, table, String(membersOf(Delete)['IndexName']));
  }
  const others = updates.filter((update) => !changes.includes(update));
  if (others.length === 0 && valid['BillingMode'] === undefined && valid['ProvisionedThroughput'] === undefined)
    return { TableDescription: await describe(dynalite, table) };
  return dynalite.run('UpdateTable', { ...valid, GlobalSecondaryIndexUpdates: others });
}

/** dynalite wants the capacity of every new index, DynamoDB only where capacity is provisioned. */
function withThroughput(input: Members): Members {
  const updates = listMember(input, 'GlobalSecondaryIndexUpdates').map((update) => {
    const { Create, ...others } = membersOf(update);
    if (Create === undefined) return update;
    return { ...others, Create: { ProvisionedThroughput: ANY_CAPACITY, ...membersOf(Create) } };
  });
  return { ...input, ...(updates.length > 0 && { GlobalSecondaryIndexUpdates: updates }) };
}

async function createIndex(
  dynalite: Dynalite,
  name: string,
  wanted: Members,
  definitions: TableDescription['AttributeDefinitions'],
): Promise<void> {
  const table = await describe(dynalite, name);
  const index = described(table, wanted);
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (indexes.some(({ IndexName }) => IndexName === index.IndexName))
    throw invalid(`Attempting to create an index which already exists`);
  const known = table.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  const added = definitions.filter(({ AttributeName }) => !known.includes(AttributeName));
  const AttributeDefinitions = [...table.AttributeDefinitions, ...added];
  refuseUndefined(index, AttributeDefinitions);
  const changed = { ...table, AttributeDefinitions, GlobalSecondaryIndexes: [...indexes, index] };
  await promised((done) => dynalite.store.tableDb.put(name, changed, done));
  await addEntries(dynalite, changed, index);
}

async function deleteIndex(dynalite: Dynalite, name: string, indexName: string): Promise<void> {
  const { GlobalSecondaryIndexes = [], ...table } = await describe(dynalite, name);
  const rest = GlobalSecondaryIndexes.filter(({ IndexName }) => IndexName !== indexName);
  if (rest.length === GlobalSecondaryIndexes.length)
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  const changed = { ...table, ...(rest.length > 0 && { GlobalSecondaryIndexes: rest }) };
  await promised((done) => dynalite.store.tableDb.put(name, changed, done));
  await promised((done) => dynalite.store.deleteIndexDb('Global', name, indexName, done));
}

function described(table: TableDescription, wanted: Members): IndexDescription {
  const { IndexName, KeySchema, Projection, ProvisionedThroughput } = wanted;
  return {
    // Validated by dynalite.
    IndexName: String(IndexName),
    KeySchema: KeySchema as IndexDescription['KeySchema'],
    Projection: membersOf(Projection),
    IndexStatus: 'ACTIVE',
    IndexArn: localArn('dynamodb', `table/${table.TableName}/index/${IndexName}`),
    IndexSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: {
      ...(isOnDemand(table) ? NO_CAPACITY : membersOf(ProvisionedThroughput)),
      NumberOfDecreasesToday: 0,
    },
  };
}

const isOnDemand = ({ BillingModeSummary }: TableDescription) =>
  Object(BillingModeSummary).BillingMode === 'PAY_PER_REQUEST';

function refuseUndefined(index: IndexDescription, definitions: readonly { AttributeName: string }[]): void {
  const keys = index.KeySchema.map(({ AttributeName }) => AttributeName);
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key)))
    throw invalid(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
}

function describe({ store }: Dynalite, table: string): Promise<TableDescription> {
  return promised<TableDescription>((done) => store.getTable(table, false, done));
}

const invalid = (message: string) => new AwsError('ValidationException', message);
