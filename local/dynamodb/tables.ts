import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { findAction, type JsonService, jsonService } from '../gateway/json-service.ts';
import type { JsonAction } from '../gateway/service.ts';
import { batchWrite } from './batch-write.ts';
import { DYNALITE_ACTIONS, type Dynalite, openDynalite, promised, type TableDescription } from './dynalite.ts';
import { Expiry } from './expiry.ts';
import { checkRead } from './read-rules.ts';
import { settingsActions } from './settings-actions.ts';
import { createTable, updateTable } from './table-changes.ts';
import { withTableNames } from './table-names.ts';
import { tableRequirements } from './table-requirements.ts';
import { SettingsStore } from './table-settings.ts';
import { readTags, replaceTags, tagsIn } from './table-tags.ts';
import { transactGet, transactWrite } from './transactions.ts';
import { singleWrite, type WriteSession } from './write-session.ts';

type Members = Readonly<Record<string, unknown>>;

export interface TablesOptions {
  clock: Clock;
  database: Database;
}

/** What CloudFormation knows of a table: CreateTable's members, and what is set apart from it on the API. */
export interface TableDefinition {
  TableName: string;
  KeySchema: readonly object[];
  AttributeDefinitions: readonly object[];
  GlobalSecondaryIndexes?: readonly object[] | undefined;
  LocalSecondaryIndexes?: readonly object[] | undefined;
  BillingMode?: string | undefined;
  ProvisionedThroughput?: object | undefined;
  Tags?: readonly object[] | undefined;
  ttlAttribute?: string | undefined;
  pointInTimeRecovery?: boolean | undefined;
}

/** DynamoDB: dynalite's tables and what dynalite does not have (transactions, time to live, backup settings). */
export class Tables {
  readonly service: JsonService;
  readonly #dynalite: Dynalite;
  readonly #database: Database;
  readonly #settings: SettingsStore;
  readonly #expiry: Expiry;
  readonly #actions: Readonly<Record<string, JsonAction>>;

  constructor({ clock, database }: TablesOptions) {
    this.#database = database;
    this.#dynalite = openDynalite(database);
    this.#settings = new SettingsStore(database);
    this.#expiry = new Expiry({ clock, run: (action, input) => this.#run(action, { ...input }) });
    for (const { name, attribute } of this.#settings.expiring()) this.#expiry.watch(name, attribute);
    this.#actions = {
      ...Object.fromEntries(DYNALITE_ACTIONS.map((name) => [name, action(name, (input) => this.#run(name, input))])),
      TransactWriteItems: action('TransactWriteItems', (input) => transactWrite(this.#dynalite, input, clock.now())),
      TransactGetItems: action('TransactGetItems', (input) => transactGet(this.#dynalite, input)),
      ...settingsActions(this.#settings, {
        describe: (table) => this.#describe(table),
        changed: (table) => this.#settingsChanged(table),
      }),
    };
    this.service = jsonService({
      name: 'dynamodb',
      targetPrefix: 'DynamoDB_20120810',
      version: '1.0',
      actions: Object.fromEntries(Object.keys(this.#actions).map((name) => [name, this.#noting(name)])),
    });
  }

  /** Creates a table or brings its indexes and settings up to date; items stay. Throws `AwsError` ValidationException. */
  async put({ ttlAttribute, pointInTimeRecovery = false, ...table }: TableDefinition): Promise<{ arn: string }> {
    const name = table.TableName;
    const known = await this.#find(name);
    if (!known) await this.#run('CreateTable', withoutUndefined(table));
    await this.#whenActive(name);
    if (known) await this.#updateIndexes(known, table);
    await replaceTags(this.#dynalite, name, tagsIn({ ...table }));
    this.#settings.put(name, { ttlAttribute, pointInTimeRecovery });
    await this.#settingsChanged(name);
    return { arn: localArn('dynamodb', `table/${name}`) };
  }

  /** Deletes a table and its items; harmless when there is none. */
  async delete(name: string): Promise<void> {
    if (await this.#find(name)) await this.#run('DeleteTable', { TableName: name });
    await this.#forget(name);
  }

  async close(): Promise<void> {
    this.#expiry.close();
    await promised((done) => this.#dynalite.store.lifecycleManager.gracefulClose(done));
  }

  /** The table's action by the table's name, telling the expiry what it wrote. */
  #noting(name: string): JsonAction {
    const { requires, run } = findAction(this.#actions, 'dynamodb', name);
    return {
      requires: (input) => requires(withTableNames(input)),
      run: async (input, context) => {
        const named = withTableNames(input);
        const output = await run(named, context);
        if (name === 'DeleteTable') await this.#forget(String(named['TableName']));
        else if (WRITES.has(name))
          for (const { name: table } of this.#settings.expiring()) this.#expiry.written(table, named);
        return output;
      },
    };
  }

  async #run(name: string, input: Members): Promise<Record<string, unknown>> {
    if (name === 'CreateTable') return createTable(this.#dynalite, input);
    if (name === 'UpdateTable') return updateTable(this.#dynalite, input);
    const valid = this.#dynalite.validate(name, input);
    if (name === 'BatchWriteItem') return batchWrite(this.#dynalite, valid);
    if (name === 'ListTagsOfResource') return this.#listTags(valid);
    if (READS.has(name)) await checkRead(valid, input, () => this.#describe(String(valid['TableName'])));
    if (!SINGLE_WRITES.has(name)) return this.#dynalite.run(name, valid);
    const session = singleWrite(this.#dynalite.store);
    try {
      return await this.#dynalite.run(name, valid, session.store);
    } catch (error) {
      throw input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' ? withItem(error, session) : error;
    }
  }

  async #listTags({ ResourceArn }: Members): Promise<Record<string, unknown>> {
    const { TableName } = await this.#describe(String(ResourceArn).split('/').at(-1) ?? '');
    return { Tags: await readTags(this.#dynalite, TableName) };
  }

  async #find(name: string): Promise<TableDescription | undefined> {
    try {
      return await this.#describe(name);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  #describe(name: string): Promise<TableDescription> {
    return promised<TableDescription>((done) => this.#dynalite.store.getTable(name, false, done));
  }

  /** dynalite activates tables and indexes on a timer; a table that a crash left in creation is activated here. */
  async #whenActive(name: string): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) {
      if (isActive(await this.#describe(name))) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const { tableDb } = this.#dynalite.store;
    const table = activated(await this.#describe(name));
    await promised((done) => tableDb.put(name, table, done));
  }

  async #updateIndexes(known: TableDescription, wanted: Omit<TableDefinition, 'ttlAttribute'>): Promise<void> {
    const have = (known.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
    const want = (wanted.GlobalSecondaryIndexes ?? []).map((index) => ({
      ...index,
      IndexName: String(Object(index).IndexName),
    }));
    const drop = have.filter((name) => !want.some(({ IndexName }) => IndexName === name));
    const updates = [
      ...drop.map((IndexName) => ({ Delete: { IndexName } })),
      ...want.filter(({ IndexName }) => !have.includes(IndexName)).map((Create) => ({ Create })),
    ];
    for (const update of updates) {
      await this.#run('UpdateTable', {
        TableName: wanted.TableName,
        AttributeDefinitions: wanted.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [update],
      });
      await this.#whenActive(wanted.TableName);
    }
  }

  async #settingsChanged(table: string): Promise<void> {
    this.#expiry.watch(table, this.#settings.get(table).ttlAttribute);
    await this.#database.committed();
  }

  async #forget(table: string): Promise<void> {
    this.#settings.delete(table);
    await this.#settingsChanged(table);
  }
}

/** Reads of many items, which say what they want of each. */
const READS = new Set(['Query', 'Scan']);
const SINGLE_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'BatchWriteItem', 'TransactWriteItems']);

function action(name: string, run: JsonAction['run']): JsonAction {
  return { requires: (input) => tableRequirements(name, input), run };
}

function withItem(error: unknown, session: WriteSession): unknown {
  const Item = session.existing();
  if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException' || !Item) return error;
  return new AwsError(error.code, error.message, { details: { Item }, cause: error });
}

const isActive = ({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription) =>
  [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)].every((status) => status === 'ACTIVE');

function activated(table: TableDescription): TableDescription {
  const GlobalSecondaryIndexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
  return { ...table, TableStatus: 'ACTIVE', ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }) };
}

const withoutUndefined = (members: object) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
