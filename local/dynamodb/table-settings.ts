import type { Database } from '../database.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS dynamodb_tables (
  name TEXT PRIMARY KEY, ttl_attribute TEXT, point_in_time_recovery INTEGER NOT NULL);
`;

interface SettingsRow {
  name: string;
  ttl_attribute: string | null;
  point_in_time_recovery: number;
}

/** What DynamoDB keeps of a table besides what dynalite does. */
export interface TableSettings {
  ttlAttribute: string | undefined;
  pointInTimeRecovery: boolean;
}

/** Settings by table name, in the runtime's database. */
export class SettingsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.define(DDL);
  }

  get(name: string): TableSettings {
    const row = this.#database.get<SettingsRow>('SELECT * FROM dynamodb_tables WHERE name = ?', name);
    return { ttlAttribute: row?.ttl_attribute ?? undefined, pointInTimeRecovery: row?.point_in_time_recovery === 1 };
  }

  put(name: string, changes: Partial<TableSettings>): void {
    const { ttlAttribute, pointInTimeRecovery } = { ...this.get(name), ...changes };
    const sql = 'INSERT OR REPLACE INTO dynamodb_tables VALUES (?, ?, ?)';
    this.#database.run(sql, name, ttlAttribute ?? null, pointInTimeRecovery ? 1 : 0);
  }

  delete(name: string): void {
    this.#database.run('DELETE FROM dynamodb_tables WHERE name = ?', name);
  }

  /** The tables whose items expire, with the attribute that says when. */
  expiring(): { name: string; attribute: string }[] {
    const sql = 'SELECT * FROM dynamodb_tables WHERE ttl_attribute IS NOT NULL';
    return this.#database
      .all<SettingsRow>(sql)
      .map(({ name, ttl_attribute }) => ({ name, attribute: ttl_attribute ?? '' }));
  }
}
