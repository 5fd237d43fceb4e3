import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { durably } from '../gateway/durable.ts';
import { type JsonService, jsonService } from '../gateway/json-service.ts';
import { logActions } from './log-actions.ts';
import { LogStore, type NewEvent } from './log-store.ts';

/** One line that was logged. */
export interface LogEntry {
  group: string;
  stream: string;
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
}

/** Retention is counted in days; expired events go once an hour. */
const SWEEP_MS = 60 * 60 * 1000;

/** CloudWatch Logs, and where the runtime's own writers put theirs. */
export class Logs {
  readonly service: JsonService;
  readonly #clock: Clock;
  readonly #store: LogStore;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #missing = new Set<string>();
  #stopSweeping: () => void;

  constructor({ clock, database }: { clock: Clock; database: Database }) {
    this.#clock = clock;
    this.#store = new LogStore(clock, database);
    this.#stopSweeping = this.#sweepLater();
    // Unlike the runtime's own writers, who calls the API is told that the lines are stored.
    const write = (group: string, stream: string, events: readonly NewEvent[]) => {
      this.#write(group, stream, events);
      this.#store.flush();
    };
    this.service = jsonService({
      name: 'logs',
      targetPrefix: 'Logs_20140328',
      version: '1.1',
      actions: durably(database, logActions({ store: this.#store, write, now: () => clock.now() })),
    });
  }

  /** Creates a group or brings its retention up to date; events stay. */
  putLogGroup(name: string, { retentionInDays }: { retentionInDays?: number | undefined } = {}): void {
    this.#store.createGroup(name);
    this.#store.setRetention(name, retentionInDays);
  }

  /**
   * For the runtime's own writers (output of functions, state machine logs, access logs). Creates the stream when it is
   * missing. Without the group the messages are dropped, with one warning on stderr a group.
   */
  append(group: string, stream: string, messages: readonly string[]): void {
    if (messages.length === 0) return;
    if (!this.#store.hasGroup(group)) {
      this.#warn(group);
      return;
    }
    if (!this.#store.hasStream(group, stream)) this.#store.createStream(group, stream);
    const timestamp = this.#clock.now();
    this.#write(
      group,
      stream,
      messages.map((message) => ({ timestamp, message })),
    );
  }

  /** Calls `listener` for every event from now on. @returns how to end it */
  onAppend(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stopSweeping();
    this.#store.close();
  }

  #write(group: string, stream: string, events: readonly NewEvent[]): void {
    this.#store.append(group, stream, events);
    for (const listener of this.#listeners) for (const event of events) listener({ group, stream, ...event });
  }

  #warn(group: string): void {
    if (this.#missing.has(group)) return;
    this.#missing.add(group);
    console.error(`Log lines are dropped: there is no log group ${group}.`);
  }

  #sweepLater(): () => void {
    return this.#clock.schedule(this.#clock.now() + SWEEP_MS, () => {
      this.#store.expire();
      this.#stopSweeping = this.#sweepLater();
    });
  }
}
