import type { Database } from '../../database.ts';

/** For how long a client token stands for the redrive that it was used for: 15 minutes. */
const TOKEN_MS = 15 * 60 * 1000;

/** Redrives that were asked for with a client token, so that the same request again makes no other one. */
export class RedriveStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** When the execution was redriven with this token; undefined when it was not, or too long ago. */
  find(execution: number, token: string, now: number): number | undefined {
    return this.#database.get<{ redriven: number }>(
      'SELECT redriven FROM sfn_redrives WHERE execution = ? AND token = ? AND redriven > ?',
      ...[execution, token, now - TOKEN_MS],
    )?.redriven;
  }

  /** Remembers the token, and forgets those whose time is over. */
  add(execution: number, token: string, redriven: number): void {
    this.#database.run('DELETE FROM sfn_redrives WHERE redriven <= ?', redriven - TOKEN_MS);
    this.#database.run(
      'INSERT INTO sfn_redrives (execution, token, redriven) VALUES (?, ?, ?)',
      ...[execution, token, redriven],
    );
  }
}
