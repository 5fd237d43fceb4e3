import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type DataDirectoryError, damaged, damageOf } from './data-directory-error.ts';

/**
 * The runtime's own durable state: one SQLite file, written in groups.
 *
 * Statements run at once inside an open transaction that is committed on the next turn of the event loop, so that
 * concurrent writers share one commit. Whoever acknowledges something to the outside waits for `committed()` first.
 */
export class Database {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #group: PromiseWithResolvers<void> | undefined;
  #damage: DataDirectoryError | undefined;

  /**
   * @param path the file, or `:memory:` for a run that leaves nothing behind
   * @param check looks at what is there before anything is written, and throws when it is not to be used
   * @throws DataDirectoryError when the file is damaged, as every method does from then on
   */
  constructor(path: string, check: (database: Database) => void = () => {}) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#db = new DatabaseSync(path);
    try {
      this.#guarded(() => this.#configure(check));
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /**
   * The damage that an error comes from: what SQLite has met, whatever became of its error on the way, or a value that is
   * no JSON any more. Looking for that reads every page, so ask only when all is lost.
   */
  damageBehind(error: unknown): DataDirectoryError | undefined {
    if (this.#damage || !isUnreadable(error)) return this.#damage;
    const { quick_check: found } = this.get<{ quick_check: string }>('PRAGMA quick_check(1)') ?? { quick_check: 'ok' };
    return found === 'ok' ? undefined : damaged(this.#path, found.replace(/\s+/g, ' '));
  }

  #configure(check: (database: Database) => void): void {
    // EXCLUSIVE keeps other processes out, and the write-ahead log's index in this one's memory.
    this.#db.exec('PRAGMA locking_mode = EXCLUSIVE');
    check(this);
    // WAL with NORMAL keeps every commit over a killed process; only a power cut may lose the last ones.
    // The 2 MB of cache that SQLite has by itself make each gate read a hundred pages again.
    // A checkpoint waits for the disk and stops everything meanwhile: one each 32 MB of log (8,000 pages of 4 KB).
    this.#db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000;
      PRAGMA cache_size = -16000; PRAGMA foreign_keys = ON`);
  }

  /** Creates tables and indexes: idempotent DDL (`CREATE TABLE IF NOT EXISTS …`). */
  define(ddl: string): void {
    this.#settle();
    this.#guarded(() => this.#db.exec(ddl));
  }

  /** Runs a writing statement inside the current group. Durable once `committed()` resolves. */
  run(sql: string, ...values: SqlValue[]): { changes: number } {
    this.#open();
    return { changes: Number(this.#guarded(() => this.#prepare(sql).run(...values)).changes) };
  }

  /** All rows of a query; it sees what the current group has written. The caller knows the columns it asked for. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#guarded(() => this.#prepare(sql).all(...values)) as Row[];
  }

  /** The first row of a query, if any. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#guarded(() => this.#prepare(sql).get(...values)) as Row | undefined;
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

  /** The one place where SQLite's word for damage becomes the file's name and the way out. */
  #guarded<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      const damage = damageOf(this.#path, error);
      this.#damage ??= damage;
      throw damage ?? error;
    }
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
    this.#guarded(() => this.#db.exec('BEGIN'));
    this.#group = Promise.withResolvers<void>();
    this.#group.promise.catch(() => {}); // whoever waits sees the failure; nobody waiting is no crash
    setImmediate(() => this.#settle());
  }

  #settle(): void {
    const group = this.#group;
    if (!group) return;
    this.#group = undefined;
    try {
      this.#guarded(() => this.#db.exec('COMMIT'));
      group.resolve();
    } catch (error) {
      group.reject(error);
    }
  }
}

export type SqlValue = string | number | bigint | null | Uint8Array;

function isUnreadable(error: unknown): boolean {
  const { name, cause }: { name?: string; cause?: unknown } = Object(error);
  return name === 'SyntaxError' || (cause !== undefined && isUnreadable(cause));
}
