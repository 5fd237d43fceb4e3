import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { type DeliveryError, deliveryError } from './delivery-error.ts';
import type { BusEvent, ReceivedEvent, RuleDefinition, RuleTarget } from './rule.ts';
import { ruleArn } from './rule.ts';

/** EventBridge's defaults: 24 hours and 185 retries. */
const LONGEST_AGE_SECONDS = 86_400;
const MOST_RETRIES = 185;
/** 185 retries spread over 24 h are one every 467 s; the first ones come sooner: 1, 2, 4, … 256, then 480 s. */
const LONGEST_DELAY_MS = 480_000;

/** An event on its way to one target. */
interface Pending {
  id: string;
  ruleArn: string;
  targetId: string;
  /** The event's JSON text. */
  event: string;
  /** Failed attempts. */
  attempts: number;
  createdAt: number;
  dueAt: number;
}

/** What can go wrong with the events for one target, by its ARN. */
export interface DeliveryFaults {
  duplicates(service: 'events', targetArn: string): boolean;
  delay(service: 'events', targetArn: string): number;
}

export interface DeliveriesOptions {
  clock: Clock;
  database: Database;
  /** Between 0 and 1, for the jitter of retries. */
  random: () => number;
  /** Faults: whether an event is delivered twice, and milliseconds by which it is late. */
  faults?: DeliveryFaults | undefined;
  find: (ruleArn: string, targetId: string) => { rule: RuleDefinition; target: RuleTarget } | undefined;
  send: (rule: RuleDefinition, target: RuleTarget, received: ReceivedEvent) => Promise<void>;
  sendToDeadLetters: (
    rule: RuleDefinition,
    queueArn: string,
    letter: { body: string; attributes: Record<string, string> },
  ) => Promise<void>;
}

const COLUMNS =
  'id, rule_arn AS ruleArn, target_id AS targetId, event, attempts, created_at AS createdAt, due_at AS dueAt';

/**
 * What rules have still to deliver. An event is durable with the database's next commit and leaves only after its
 * target took it or it was given up, so each target gets it at least once, whatever happens to the process.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #scheduled = new Map<string, Cancel>();
  /** Ids of all that this process has taken on. */
  readonly #known = new Set<string>();
  #closed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    options.database.define(
      `CREATE TABLE IF NOT EXISTS event_deliveries (id TEXT PRIMARY KEY, rule_arn TEXT NOT NULL, target_id TEXT NOT NULL,
       event TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL)`,
    );
  }

  add(rule: RuleDefinition, target: RuleTarget, event: BusEvent): void {
    const { faults } = this.#options;
    const copies = faults?.duplicates('events', target.arn) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#add(rule, target, event, faults?.delay('events', target.arn) ?? 0);
  }

  #add(rule: RuleDefinition, target: RuleTarget, event: BusEvent, delayMs: number): void {
    const { clock, database } = this.#options;
    const now = clock.now();
    const pending: Pending = {
      id: randomUUID(),
      ruleArn: ruleArn(rule),
      targetId: target.id,
      event: JSON.stringify(event),
      attempts: 0,
      createdAt: now,
      dueAt: now + delayMs,
    };
    database.run(
      'INSERT INTO event_deliveries VALUES (?, ?, ?, ?, 0, ?, ?)',
      pending.id,
      pending.ruleArn,
      pending.targetId,
      pending.event,
      now,
      now,
    );
    this.#known.add(pending.id);
    queueMicrotask(() => void this.#attempt(pending));
  }

  /** Takes up what an earlier run of the runtime left. Call it once rules and targets are there. */
  resume(): void {
    for (const pending of this.#options.database.all<Pending>(`SELECT ${COLUMNS} FROM event_deliveries`))
      if (!this.#known.has(pending.id)) this.#schedule(pending);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
  }

  #schedule(pending: Pending): void {
    this.#known.add(pending.id);
    const cancel = this.#options.clock.schedule(pending.dueAt, () => {
      this.#scheduled.delete(pending.id);
      void this.#attempt(pending);
    });
    this.#scheduled.set(pending.id, cancel);
  }

  async #attempt(pending: Pending): Promise<void> {
    const found = this.#options.find(pending.ruleArn, pending.targetId);
    if (!found) return this.#forget(pending); // rule or target was deleted meanwhile
    try {
      const received = { event: JSON.parse(pending.event), receivedAt: pending.createdAt };
      await this.#options.send(found.rule, found.target, received);
      if (!this.#closed) this.#forget(pending);
    } catch (error) {
      if (!this.#closed) await this.#failed(pending, found.rule, found.target, deliveryError(error));
    }
  }

  async #failed(pending: Pending, rule: RuleDefinition, target: RuleTarget, error: DeliveryError): Promise<void> {
    const attempts = pending.attempts + 1;
    const dueAt = this.#options.clock.now() + this.#delay(attempts);
    const exhausted = exhaustion({ ...pending, attempts, dueAt }, target);
    if (error.retryable && !exhausted) return this.#retry({ ...pending, attempts, dueAt });
    await this.#giveUp(pending, rule, target, {
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      ...(error.retryable && exhausted
        ? { EXHAUSTED_RETRY_CONDITION: exhausted, RETRY_ATTEMPTS: String(pending.attempts) }
        : {}),
    });
  }

  #retry(pending: Pending): void {
    const { id, attempts, dueAt } = pending;
    this.#options.database.run(
      'UPDATE event_deliveries SET attempts = ?, due_at = ? WHERE id = ?',
      attempts,
      dueAt,
      id,
    );
    this.#schedule(pending);
  }

  async #giveUp(pending: Pending, rule: RuleDefinition, target: RuleTarget, attributes: Record<string, string>) {
    const what = `Rule ${rule.name} could not deliver to ${target.arn}: ${attributes['ERROR_MESSAGE']}`;
    if (!target.deadLetterArn) console.error(`${what} The event is dropped: the target has no dead-letter queue.`);
    else {
      const letter = {
        body: pending.event,
        attributes: { RULE_ARN: pending.ruleArn, TARGET_ARN: target.arn, ...attributes },
      };
      try {
        await this.#options.sendToDeadLetters(rule, target.deadLetterArn, letter);
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        console.error(`${what} The event is lost, its dead-letter queue refused it: ${problem}`);
      }
    }
    this.#forget(pending);
  }

  #forget({ id }: Pending): void {
    this.#known.delete(id);
    this.#options.database.run('DELETE FROM event_deliveries WHERE id = ?', id);
  }

  /** Exponential with jitter: between half and all of the step. */
  #delay(attempts: number): number {
    const step = Math.min(LONGEST_DELAY_MS, 1000 * 2 ** Math.min(attempts - 1, 20));
    return Math.round(step * (0.5 + this.#options.random() / 2));
  }
}

/** Which limit of the retry policy the next attempt would break. */
function exhaustion({ attempts, createdAt, dueAt }: Pending, { retryPolicy = {} }: RuleTarget): string | undefined {
  const { maximumRetryAttempts = MOST_RETRIES, maximumEventAgeSeconds = LONGEST_AGE_SECONDS } = retryPolicy;
  if (attempts > maximumRetryAttempts) return 'MaximumRetryAttempts';
  return dueAt - createdAt > maximumEventAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
}
