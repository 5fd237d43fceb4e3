import type { Database } from '../../database.ts';
import { dueAt, type ExecutionState, inFlight } from '../engine/frame.ts';
import type { HistoryEvent } from '../engine/history.ts';
import type { Outcome } from '../engine/run.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution as stored; see `schema.ts`. */
export interface ExecutionRow {
  id: number;
  arn: string;
  name: string;
  machine: string;
  version: string | null;
  alias: string | null;
  revision: number;
  status: Status;
  started: number;
  stopped: number | null;
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  trace: string | null;
  redrive_count: number;
  redriven: number | null;
  waiter: string | null;
  state: string | null;
}

export type NewExecution = Pick<
  ExecutionRow,
  'arn' | 'name' | 'machine' | 'version' | 'alias' | 'revision' | 'started' | 'input' | 'trace' | 'waiter'
>;

/** A range of the history that is stored together: what one run from wait to wait has recorded. */
interface Chunk {
  first: number;
  last: number;
  events: string;
}

/** Executions and their histories. An execution that waits takes a row here and no memory. */
export class ExecutionStore {
  readonly #database: Database;
  #newest: number;

  constructor(database: Database) {
    this.#database = database;
    this.#newest = database.get<{ id: number | null }>('SELECT max(id) AS id FROM sfn_executions')?.id ?? 0;
  }

  /** Stores a new execution that is about to take its first step. */
  insert(row: NewExecution, state: ExecutionState): number {
    const id = ++this.#newest;
    this.#database.run(
      `INSERT INTO sfn_executions (id, arn, name, machine, version, alias, revision, status, started, input, trace, waiter, state, in_flight)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, 1)`,
      ...[id, row.arn, row.name, row.machine, row.version, row.alias, row.revision],
      ...[row.started, row.input, row.trace, row.waiter, JSON.stringify(state)],
    );
    return id;
  }

  byArn(arn: string): ExecutionRow | undefined {
    return this.#database.get<ExecutionRow>('SELECT * FROM sfn_executions WHERE arn = ?', arn);
  }

  byId(id: number): ExecutionRow | undefined {
    return this.#database.get<ExecutionRow>('SELECT * FROM sfn_executions WHERE id = ?', id);
  }

  /** Executions of a machine, newest first. `before` is the id of the last row of the page before. */
  list(
    machine: string,
    filter: { status?: string; qualifier?: string; before?: number; limit: number },
  ): ExecutionRow[] {
    return this.#database.all<ExecutionRow>(
      `SELECT * FROM sfn_executions WHERE machine = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR ? IN (version, alias))
       AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?`,
      machine,
      ...[filter.status ?? null, filter.status ?? null, filter.qualifier ?? null, filter.qualifier ?? null],
      ...[filter.before ?? null, filter.before ?? null, filter.limit],
    );
  }

  /** Stores how far an execution has come, in the same group as the events that led there. */
  save(id: number, state: ExecutionState, events: readonly HistoryEvent[]): number | undefined {
    const due = dueAt(state);
    this.#database.run(
      'UPDATE sfn_executions SET state = ?, due = ?, in_flight = ? WHERE id = ?',
      ...[JSON.stringify(state), due ?? null, inFlight(state) ? 1 : 0, id],
    );
    this.#append(id, events);
    return due;
  }

  /** Stores the end of an execution. What failed keeps its state, so that it can be redriven. */
  end(id: number, state: ExecutionState, events: readonly HistoryEvent[], outcome: Outcome, stopped: number): void {
    const { status } = outcome;
    const [output, error, cause] =
      outcome.status === 'SUCCEEDED'
        ? [JSON.stringify(outcome.output), null, null]
        : [null, outcome.error ?? null, outcome.cause ?? null];
    this.#database.run(
      `UPDATE sfn_executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?, state = ?, due = NULL, in_flight = 0
       WHERE id = ?`,
      ...[status, stopped, output, error, cause, status === 'SUCCEEDED' ? null : JSON.stringify(state), id],
    );
    this.#append(id, events);
  }

  reopen(id: number, redriven: number): void {
    this.#database.run(
      `UPDATE sfn_executions SET status = 'RUNNING', stopped = NULL, error = NULL, cause = NULL, in_flight = 1,
       redrive_count = redrive_count + 1, redriven = ? WHERE id = ?`,
      ...[redriven, id],
    );
  }

  /** Events with ids from `first` to `last`, ascending. */
  events(id: number, first: number, last: number): HistoryEvent[] {
    const chunks = this.#database.all<Chunk>(
      'SELECT * FROM sfn_history WHERE execution = ? AND last >= ? AND first <= ? ORDER BY first',
      ...[id, first, last],
    );
    const events = chunks.flatMap((chunk): HistoryEvent[] => JSON.parse(chunk.events));
    return events.filter((event) => event.id >= first && event.id <= last);
  }

  /** Id of the newest event; 0 before there is one. */
  lastEvent(id: number): number {
    const row = this.#database.get<{ last: number | null }>(
      'SELECT max(last) AS last FROM sfn_history WHERE execution = ?',
      id,
    );
    return row?.last ?? 0;
  }

  /** Executions that have something due at `now`. */
  due(now: number, limit: number): number[] {
    return this.#ids('SELECT id FROM sfn_executions WHERE due <= ? ORDER BY due LIMIT ?', now, limit);
  }

  /** The earliest moment after `after` at which something is due. */
  nextDue(after: number): number | undefined {
    const row = this.#database.get<{ due: number | null }>(
      'SELECT min(due) AS due FROM sfn_executions WHERE due > ?',
      after,
    );
    return row?.due ?? undefined;
  }

  /** Executions with steps or effects that were under way when the process ended. */
  inFlight(): number[] {
    return this.#ids('SELECT id FROM sfn_executions WHERE in_flight = 1');
  }

  /** Ended executions whose starter may still wait for them. */
  endedJobs(): ExecutionRow[] {
    return this.#database.all<ExecutionRow>(
      `SELECT * FROM sfn_executions AS job WHERE waiter IS NOT NULL AND status <> 'RUNNING' AND EXISTS (
         SELECT 1 FROM sfn_executions WHERE id = json_extract(job.waiter, '$.rowId') AND status = 'RUNNING')`,
    );
  }

  /** Executions that `.sync` tasks of the execution `starter` wait for. */
  runningJobs(starter: number): number[] {
    return this.#ids(
      `SELECT id FROM sfn_executions WHERE waiter IS NOT NULL AND status = 'RUNNING' AND json_extract(waiter, '$.rowId') = ?`,
      starter,
    );
  }

  #ids(sql: string, ...values: number[]): number[] {
    return this.#database.all<{ id: number }>(sql, ...values).map(({ id }) => id);
  }

  #append(id: number, events: readonly HistoryEvent[]): void {
    const first = events[0]?.id;
    const last = events.at(-1)?.id;
    if (first === undefined || last === undefined) return;
    this.#database.run(
      'INSERT INTO sfn_history (execution, first, last, events) VALUES (?, ?, ?, ?)',
      ...[id, first, last, JSON.stringify(events)],
    );
  }
}
