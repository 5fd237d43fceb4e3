import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The runtime's own durable state: one SQLite file, written in groups.
 *
 * Statements run at once inside an open transaction that is committed on the next turn of the event loop, so that
 * concurrent writers share one commit. Whoever acknowledges something to the outside waits for `committed()` first.
 */
export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #group: PromiseWithResolvers<void> | undefined;

  /** @param path the file, or `:memory:` for a run that leaves nothing behind */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.#db = new DatabaseSync(path);
    // EXCLUSIVE keeps other processes out, and the write-ahead log's index in this one's memory.
    // WAL with NORMAL keeps every commit over a killed process; only a power cut may lose the last ones.
    // The 2 MB of cache that SQLite has by itself make each gate read a hundred pages again.
    // A checkpoint waits for the disk and stops everything meanwhile: one each 32 MB of log (8,000 pages of 4 KB).
    this.#db.exec(`
      PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16000; PRAGMA foreign_keys = ON`);
  }

  /** Creates tables and indexes: idempotent DDL (`CREATE TABLE IF NOT EXISTS …`). */
  define(ddl: string): void {
    this.#settle();
    this.#db.exec(ddl);
  }

  /** Runs a writing statement inside the current group. Durable once `committed()` resolves. */
  run(sql: string, ...values: SqlValue[]): { changes: number } {
    this.#open();
    return { changes: Number(this.#prepare(sql).run(...values).changes) };
  }

  /** All rows of a query; it sees what the current group has written. The caller knows the columns it asked for. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** The first row of a query, if any. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Resolves when everything written so far is on disk; rejects when the commit failed. */
  committed(): Promise<void> {
    return this.#group?.promise ?? Promise.resolve();
  }

  close(): void {
    this.#settle();
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #open(): void {
    if (this.#group) return;
    this.#db.exec('BEGIN');
    this.#group = Promise.withResolvers<void>();
    this.#group.promise.catch(() => {}); // whoever waits sees the failure; nobody waiting is no crash
    setImmediate(() => this.#settle());
  }

  #settle(): void {
    const group = this.#group;
    if (!group) return;
    this.#group = undefined;
    try {
      this.#db.exec('COMMIT');
      group.resolve();
    } catch (error) {
      group.reject(error);
    }
  }
}

export type SqlValue = string | number | bigint | null | Uint8Array;
