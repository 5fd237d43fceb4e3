import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS log_groups (name TEXT PRIMARY KEY, created INTEGER NOT NULL, retention INTEGER);
CREATE TABLE IF NOT EXISTS log_streams (
  log_group TEXT NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
  first_event INTEGER, last_event INTEGER, last_ingestion INTEGER, PRIMARY KEY (log_group, name));
CREATE TABLE IF NOT EXISTS log_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, log_group TEXT NOT NULL, stream TEXT NOT NULL,
  timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log_group_tags (
  log_group TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (log_group, key));
CREATE INDEX IF NOT EXISTS log_events_group ON log_events (log_group, timestamp, id);
CREATE INDEX IF NOT EXISTS log_events_stream ON log_events (log_group, stream, id);
`;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Times are epoch milliseconds throughout, as in the API. */
export interface GroupRow {
  name: string;
  created: number;
  /** Days. */
  retention: number | null;
}

export interface StreamRow {
  name: string;
  created: number;
  first_event: number | null;
  last_event: number | null;
  last_ingestion: number | null;
}

export interface EventRow {
  id: number;
  stream: string;
  timestamp: number;
  ingested: number;
  message: string;
}

export interface NewEvent {
  timestamp: number;
  message: string;
}

/** How long lines may wait in memory, for others to be written with them. */
const GATHER_MS = 100;

/** A line that is not in the database yet. */
interface Gathered extends NewEvent {
  group: string;
  stream: string;
  ingested: number;
}

/**
 * Log groups, streams and events in the runtime's database. Events are gathered for a moment before they are written: each
 * line goes to three places in the file, and with a commit for every few of them logs took two thirds of all that is written.
 */
export class LogStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #database: Database;
  #gathered: Gathered[] = [];
  #flushing: NodeJS.Timeout | undefined;
  #closed = false;
  /** Known names, as every line that is logged asks for them. */
  readonly #groups = new Set<string>();
  readonly #streams = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>, database: Database) {
    this.#clock = clock;
    this.#database = database;
    database.define(DDL);
    for (const { name } of this.groups()) this.#groups.add(name);
  }

  hasGroup(name: string): boolean {
    return this.#groups.has(name);
  }

  groups(): GroupRow[] {
    return this.#database.all<GroupRow>('SELECT * FROM log_groups ORDER BY name');
  }

  createGroup(name: string): void {
    this.#database.run('INSERT OR IGNORE INTO log_groups VALUES (?, ?, NULL)', name, this.#clock.now());
    this.#groups.add(name);
  }

  /** @param days undefined keeps events for ever */
  setRetention(name: string, days: number | undefined): void {
    this.#database.run('UPDATE log_groups SET retention = ? WHERE name = ?', days ?? null, name);
  }

  /** Days; null for events that stay. */
  retention(name: string): number | null {
    const sql = 'SELECT * FROM log_groups WHERE name = ?';
    return this.#database.get<GroupRow>(sql, name)?.retention ?? null;
  }

  tags(group: string): Record<string, string> {
    const sql = 'SELECT key, value FROM log_group_tags WHERE log_group = ? ORDER BY key';
    const rows = this.#database.all<{ key: string; value: string }>(sql, group);
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  /** Sets tags; those without a value go. */
  changeTags(group: string, changes: Readonly<Record<string, string | undefined>>): void {
    for (const [key, value] of Object.entries(changes))
      if (value === undefined)
        this.#database.run('DELETE FROM log_group_tags WHERE log_group = ? AND key = ?', group, key);
      else this.#database.run('INSERT OR REPLACE INTO log_group_tags VALUES (?, ?, ?)', group, key, value);
  }

  deleteGroup(name: string): void {
    this.flush();
    for (const table of ['log_events', 'log_streams', 'log_group_tags'])
      this.#database.run(`DELETE FROM ${table} WHERE log_group = ?`, name);
    this.#database.run('DELETE FROM log_groups WHERE name = ?', name);
    this.#groups.delete(name);
    this.#streams.clear();
  }

  /** The characters of all messages of a group, which is what it stores. */
  storedBytes(group: string): number {
    this.flush();
    const sql = 'SELECT coalesce(sum(length(message)), 0) AS bytes FROM log_events WHERE log_group = ?';
    return this.#database.get<{ bytes: number }>(sql, group)?.bytes ?? 0;
  }

  streams(group: string): StreamRow[] {
    this.flush();
    return this.#database.all<StreamRow>('SELECT * FROM log_streams WHERE log_group = ? ORDER BY name', group);
  }

  hasStream(group: string, name: string): boolean {
    const key = `${group}\n${name}`;
    if (this.#streams.has(key)) return true;
    const sql = 'SELECT 1 FROM log_streams WHERE log_group = ? AND name = ?';
    if (!this.#database.get(sql, group, name)) return false;
    this.#streams.add(key);
    return true;
  }

  createStream(group: string, name: string): void {
    const sql = 'INSERT OR IGNORE INTO log_streams VALUES (?, ?, ?, NULL, NULL, NULL)';
    this.#database.run(sql, group, name, this.#clock.now());
  }

  deleteStream(group: string, name: string): void {
    this.flush();
    this.#database.run('DELETE FROM log_events WHERE log_group = ? AND stream = ?', group, name);
    this.#database.run('DELETE FROM log_streams WHERE log_group = ? AND name = ?', group, name);
    this.#streams.clear();
  }

  /** Takes lines of a stream. Every reader sees them from now on; they are in the database a moment later. */
  append(group: string, stream: string, events: readonly NewEvent[]): void {
    if (this.#closed) return; // a function that ends after the runtime says so to nobody
    const ingested = this.#clock.now();
    for (const event of events) this.#gathered.push({ ...event, group, stream, ingested });
    this.#flushing ??= setTimeout(() => this.#flushLater(), GATHER_MS);
  }

  /** Writes what was gathered; durable with the database's next commit. */
  flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    const insert = 'INSERT INTO log_events (log_group, stream, timestamp, ingested, message) VALUES (?, ?, ?, ?, ?)';
    const lines = this.#gathered.splice(0);
    for (const { group, stream, timestamp, ingested, message } of lines)
      this.#database.run(insert, group, stream, timestamp, ingested, message);
    for (const { group, stream, first, last, ingested } of extents(lines))
      this.#database.run(
        `UPDATE log_streams SET first_event = min(coalesce(first_event, ?1), ?1), last_event = max(coalesce(last_event, ?2), ?2),
          last_ingestion = ?3 WHERE log_group = ?4 AND name = ?5`,
        ...[first, last, ingested, group, stream],
      );
  }

  /** Nobody waits for these lines, so that nobody else could tell that the database did not take them. */
  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      console.error('Log lines could not be written:', error);
    }
  }

  /** Writes what was gathered, and takes nothing any more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  /** Events of one stream as they came in, between two ids. */
  streamEvents(group: string, stream: string, range: EventRange, newestFirst: boolean): EventRow[] {
    this.flush();
    const sql = `SELECT * FROM log_events WHERE log_group = ? AND stream = ? AND id > ? AND id < ?
      AND timestamp >= ? AND timestamp < ? ORDER BY id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`;
    const { after, before, from, to, limit } = range;
    return this.#database.all<EventRow>(sql, group, stream, after, before, from, to, limit);
  }

  /** Events of a group in the order of their times, from a position on. */
  groupEvents(group: string, from: { timestamp: number; id: number }, to: number, limit: number): EventRow[] {
    this.flush();
    const sql = `SELECT * FROM log_events WHERE log_group = ?1 AND (timestamp > ?2 OR (timestamp = ?2 AND id > ?3))
      AND timestamp < ?4 ORDER BY timestamp, id LIMIT ?5`;
    return this.#database.all<EventRow>(sql, group, from.timestamp, from.id, to, limit);
  }

  /** Deletes what the groups' retention no longer keeps. */
  expire(): void {
    this.flush();
    for (const { name, retention } of this.groups()) {
      if (retention === null) continue;
      const sql = 'DELETE FROM log_events WHERE log_group = ? AND timestamp < ?';
      this.#database.run(sql, name, this.#clock.now() - retention * DAY_MS);
    }
  }
}

/** The times of the lines of one stream. */
interface Extent {
  group: string;
  stream: string;
  first: number;
  last: number;
  ingested: number;
}

/** Streams are told apart by both names, which have no line feeds. */
function extents(lines: readonly Gathered[]): Iterable<Extent> {
  const found = new Map<string, Extent>();
  for (const { group, stream, timestamp, ingested } of lines) {
    const key = `${group}\n${stream}`;
    const { first, last } = found.get(key) ?? { first: timestamp, last: timestamp };
    found.set(key, { group, stream, first: Math.min(first, timestamp), last: Math.max(last, timestamp), ingested });
  }
  return found.values();
}

export interface EventRange {
  /** Ids are exclusive on both sides. */
  after: number;
  before: number;
  /** Times: the end is exclusive. */
  from: number;
  to: number;
  limit: number;
}
