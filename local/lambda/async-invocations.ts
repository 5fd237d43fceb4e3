import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Outcome } from './function-definition.ts';

/** Lambda tries again after 1 minute, then after 2. */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** Throttled events come back after 1 s, then twice that, at most 5 minutes. */
const LONGEST_THROTTLE_MS = 300_000;

/** An event that a function has still to work through. */
export interface QueuedEvent {
  id: string;
  functionArn: string;
  payload: string;
  receivedAt: number;
  /** Finished attempts. */
  attempts: number;
  throttles: number;
  dueAt: number;
}

/** How an event ended: worked through or given up. */
export interface Conclusion {
  condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** Missing when it never got to run. */
  outcome?: Outcome;
}

export interface AsyncInvocationsOptions {
  clock: Clock;
  database: Database;
  /** One attempt. Throws `TooManyRequestsException` when throttled. */
  run: (event: QueuedEvent) => Promise<Outcome>;
  limits: (functionArn: string) => { maxRetryAttempts: number; maxEventAgeMs: number } | undefined;
  /** Tells those who want to know. */
  conclude: (event: QueuedEvent, conclusion: Conclusion) => Promise<void>;
}

const COLUMNS =
  'id, function_arn AS functionArn, payload, received_at AS receivedAt, attempts, throttles, due_at AS dueAt';

/**
 * The queue between asynchronous callers and functions. An event that was accepted survives a crash; it leaves the
 * queue only after it was worked through or given up, so a crash in between runs it again, as Lambda may.
 */
export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  readonly #scheduled = new Map<string, Cancel>();
  /** Ids of all that this process has taken on. */
  readonly #known = new Set<string>();
  #closed = false;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
    options.database.define(
      `CREATE TABLE IF NOT EXISTS lambda_events (id TEXT PRIMARY KEY, function_arn TEXT NOT NULL, payload TEXT NOT NULL,
       received_at INTEGER NOT NULL, attempts INTEGER NOT NULL, throttles INTEGER NOT NULL, due_at INTEGER NOT NULL)`,
    );
  }

  /** Takes an event; resolves with its id once it is durable. */
  async enqueue(functionArn: string, payload: string): Promise<string> {
    const { clock, database } = this.#options;
    const now = clock.now();
    const event = { id: randomUUID(), functionArn, payload, receivedAt: now, attempts: 0, throttles: 0, dueAt: now };
    database.run(
      'INSERT INTO lambda_events VALUES (?, ?, ?, ?, 0, 0, ?)',
      event.id,
      functionArn,
      payload,
      event.receivedAt,
      event.dueAt,
    );
    this.#known.add(event.id);
    await database.committed();
    void this.#attempt(event);
    return event.id;
  }

  /** Takes up what an earlier run of the runtime left. Call it once the functions are there. */
  resume(): void {
    for (const event of this.#options.database.all<QueuedEvent>(`SELECT ${COLUMNS} FROM lambda_events`))
      if (!this.#known.has(event.id)) this.#schedule(event);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
  }

  #schedule(event: QueuedEvent): void {
    this.#known.add(event.id);
    const cancel = this.#options.clock.schedule(event.dueAt, () => {
      this.#scheduled.delete(event.id);
      void this.#attempt(event);
    });
    this.#scheduled.set(event.id, cancel);
  }

  async #attempt(event: QueuedEvent): Promise<void> {
    try {
      const limits = this.#options.limits(event.functionArn);
      if (!limits) return this.#forget(event); // the function is gone, and with it whom to tell
      const outcome = await this.#run(event);
      if (this.#closed) return; // an environment that was ended proves nothing
      if (outcome === 'throttled') await this.#afterThrottle(event, limits);
      else if (outcome.functionError) await this.#afterError(event, outcome, limits);
      else await this.#conclude({ ...event, attempts: event.attempts + 1 }, { condition: 'Success', outcome });
    } catch (error) {
      console.error(`Asynchronous invocation ${event.id} of ${event.functionArn} failed inside the runtime:`, error);
      if (!this.#closed) this.#retry(event, { throttles: event.throttles + 1 }, throttleDelay(event));
    }
  }

  async #run(event: QueuedEvent): Promise<Outcome | 'throttled'> {
    try {
      return await this.#options.run(event);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'TooManyRequestsException') return 'throttled';
      throw error;
    }
  }

  async #afterThrottle(event: QueuedEvent, { maxEventAgeMs }: { maxEventAgeMs: number }): Promise<void> {
    const delay = throttleDelay(event);
    if (this.#ageAfter(event, delay) > maxEventAgeMs) return this.#conclude(event, { condition: 'EventAgeExceeded' });
    this.#retry(event, { throttles: event.throttles + 1 }, delay);
  }

  async #afterError(
    event: QueuedEvent,
    outcome: Outcome,
    { maxRetryAttempts, maxEventAgeMs }: { maxRetryAttempts: number; maxEventAgeMs: number },
  ): Promise<void> {
    const attempts = event.attempts + 1;
    const tried = { ...event, attempts };
    const delay = RETRY_DELAYS_MS[event.attempts];
    if (attempts > maxRetryAttempts || delay === undefined)
      return this.#conclude(tried, { condition: 'RetriesExhausted', outcome });
    if (this.#ageAfter(event, delay) > maxEventAgeMs)
      return this.#conclude(tried, { condition: 'EventAgeExceeded', outcome });
    this.#retry(event, { attempts }, delay);
  }

  #ageAfter(event: QueuedEvent, delay: number): number {
    return this.#options.clock.now() + delay - event.receivedAt;
  }

  #retry(event: QueuedEvent, changed: Partial<QueuedEvent>, delay: number): void {
    const next = { ...event, ...changed, dueAt: this.#options.clock.now() + delay };
    this.#options.database.run(
      'UPDATE lambda_events SET attempts = ?, throttles = ?, due_at = ? WHERE id = ?',
      next.attempts,
      next.throttles,
      next.dueAt,
      next.id,
    );
    this.#schedule(next);
  }

  async #conclude(event: QueuedEvent, conclusion: Conclusion): Promise<void> {
    await this.#options.conclude(event, conclusion);
    this.#forget(event);
  }

  #forget(event: QueuedEvent): void {
    this.#known.delete(event.id);
    this.#options.database.run('DELETE FROM lambda_events WHERE id = ?', event.id);
  }
}

function throttleDelay({ throttles }: QueuedEvent): number {
  return Math.min(LONGEST_THROTTLE_MS, 1000 * 2 ** throttles);
}
