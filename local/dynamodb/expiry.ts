import type { Cancel, Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Item } from './dynalite.ts';

/** Sweeps read the whole table, so one table is swept at most this often. */
const SWEEP_INTERVAL_MS = 60_000;

/** The smallest number in a write that may be an expiry: 2001 in epoch seconds. Smaller ones are counters. */
const EARLIEST_EXPIRY_S = 1_000_000_000;

/** Items that expired more than five years ago stay, as on AWS: the attribute then holds something else. */
const OLDEST_EXPIRY_S = 5 * 365 * 24 * 60 * 60;

export interface ExpiryOptions {
  clock: Clock;
  /** Runs a DynamoDB action past IAM, as the service itself. */
  run(action: string, input: object): Promise<Record<string, unknown>>;
}

interface Watch {
  attribute: string;
  /** Epoch seconds at or before which the first item expires. */
  earliest: number;
  sweptAt: number;
  cancel: Cancel;
}

/**
 * Deletes items once their time-to-live has passed. A table is swept when, by what was written to it, something may have
 * expired; the sweep then finds when the next item does.
 */
export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #watches = new Map<string, Watch>();
  #closed = false;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Begins to watch a table; `undefined` as attribute ends it. */
  watch(table: string, attribute: string | undefined): void {
    this.#watches.get(table)?.cancel();
    this.#watches.delete(table);
    if (attribute === undefined) return;
    const watch: Watch = { attribute, earliest: 0, sweptAt: this.#options.clock.now(), cancel: () => {} };
    this.#watches.set(table, watch);
    this.#arm(table, watch);
  }

  /** Notes a write: whatever number in it could be an expiry may bring the next sweep forward. */
  written(table: string, value: unknown): void {
    const watch = this.#watches.get(table);
    if (!watch) return;
    const earliest = smallestExpiry(value);
    if (earliest >= watch.earliest) return;
    watch.earliest = earliest;
    this.#arm(table, watch);
  }

  close(): void {
    this.#closed = true;
    for (const table of [...this.#watches.keys()]) this.watch(table, undefined);
  }

  #arm(table: string, watch: Watch): void {
    watch.cancel();
    watch.cancel = () => {};
    if (watch.earliest === Number.POSITIVE_INFINITY) return;
    const due = Math.max(watch.earliest * 1000, watch.sweptAt + SWEEP_INTERVAL_MS);
    watch.cancel = this.#options.clock.schedule(due, () => {
      this.#sweep(table, watch).catch((error: unknown) => {
        if (!this.#closed) console.error(`The expired items of table ${table} could not be deleted:`, error);
      });
    });
  }

  async #sweep(table: string, watch: Watch): Promise<void> {
    watch.sweptAt = this.#options.clock.now();
    watch.earliest = Number.POSITIVE_INFINITY; // writes during the sweep lower it
    const { expired, next } = await this.#scan(table, watch);
    for (const key of expired) await this.#delete(table, watch.attribute, key);
    watch.earliest = Math.min(watch.earliest, next);
    if (this.#watches.get(table) === watch) this.#arm(table, watch);
  }

  async #scan(table: string, { attribute, sweptAt }: Watch): Promise<{ expired: Item[]; next: number }> {
    const now = Math.floor(sweptAt / 1000);
    const expired: Item[] = [];
    let next = Number.POSITIVE_INFINITY;
    let ExclusiveStartKey: unknown;
    do {
      const page = await this.#options.run('Scan', {
        TableName: table,
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      });
      // The answer of a Scan: `Items` are items.
      for (const item of page['Items'] as Item[]) {
        const at = Number(item[attribute]?.['N'] ?? Number.NaN);
        if (at > now) next = Math.min(next, at);
        else if (at > now - OLDEST_EXPIRY_S) expired.push(item);
      }
      ExclusiveStartKey = page['LastEvaluatedKey'];
    } while (ExclusiveStartKey !== undefined);
    return { expired, next };
  }

  /** Deletes one item unless its expiry was put off meanwhile. */
  async #delete(table: string, attribute: string, item: Item): Promise<void> {
    const { Table } = await this.#options.run('DescribeTable', { TableName: table });
    const names = Object(Table).KeySchema.map(({ AttributeName }: { AttributeName: string }) => AttributeName);
    const Key = Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
    try {
      await this.#options.run('DeleteItem', {
        TableName: table,
        Key,
        ConditionExpression: '#ttl = :seen',
        ExpressionAttributeNames: { '#ttl': attribute },
        ExpressionAttributeValues: { ':seen': item[attribute] },
      });
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'ConditionalCheckFailedException')) throw error;
    }
  }
}

function smallestExpiry(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Number.POSITIVE_INFINITY;
  if ('N' in value && Object.keys(value).length === 1) {
    const number = Number(value.N);
    return number >= EARLIEST_EXPIRY_S ? number : Number.POSITIVE_INFINITY;
  }
  return Math.min(...Object.values(value).map(smallestExpiry), Number.POSITIVE_INFINITY);
}
