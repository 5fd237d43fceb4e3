import type { Database } from '../database.ts';

/** One schedule: its definition as CreateSchedule took it, and when it is due (undefined once it has run). */
export interface ScheduleRow {
  groupName: string;
  name: string;
  /** JSON of a `ScheduleInput`. */
  definition: string;
  createdAt: number;
  dueAt: number | null;
  /** Deliveries that failed. */
  attempts: number;
}

const COLUMNS = 'group_name AS groupName, name, definition, created_at AS createdAt, due_at AS dueAt, attempts';

/** Schedules in the runtime's database. Durable with its next commit. */
export class ScheduleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.define(
      `CREATE TABLE IF NOT EXISTS schedules (group_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
       created_at INTEGER NOT NULL, due_at INTEGER, attempts INTEGER NOT NULL, PRIMARY KEY (group_name, name))`,
    );
  }

  find(group: string, name: string): ScheduleRow | undefined {
    return this.#database.get<ScheduleRow>(
      `SELECT ${COLUMNS} FROM schedules WHERE group_name = ? AND name = ?`,
      group,
      name,
    );
  }

  /** Those of one group, or all, by name. */
  list(group: string | undefined): ScheduleRow[] {
    return this.#database.all<ScheduleRow>(
      `SELECT ${COLUMNS} FROM schedules WHERE ?1 IS NULL OR group_name = ?1 ORDER BY group_name, name`,
      group ?? null,
    );
  }

  /** Those that have still to run. */
  due(): ScheduleRow[] {
    return this.#database.all<ScheduleRow>(`SELECT ${COLUMNS} FROM schedules WHERE due_at IS NOT NULL`);
  }

  put({ groupName, name, definition, createdAt, dueAt, attempts }: ScheduleRow): void {
    this.#database.run(
      'INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?)',
      groupName,
      name,
      definition,
      createdAt,
      dueAt,
      attempts,
    );
  }

  delete(group: string, name: string): void {
    this.#database.run('DELETE FROM schedules WHERE group_name = ? AND name = ?', group, name);
  }
}
