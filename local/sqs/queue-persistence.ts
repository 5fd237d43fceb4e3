import type { Database } from '../database.ts';
import type { Queue, QueueMessage, QueueStore } from '../substrate/fauxqs.ts';

/** A message with what this runtime adds to fauxqs's. */
export interface LetterMessage extends QueueMessage {
  /** The queue from which it came into a dead-letter queue. */
  deadLetterSource?: string;
  /** The system attribute `AWSTraceHeader`. */
  traceHeader?: string;
}

const DDL = `
CREATE TABLE IF NOT EXISTS sqs_queues (
  name TEXT PRIMARY KEY, arn TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
  created INTEGER NOT NULL, modified INTEGER NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sqs_messages (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, message TEXT NOT NULL,
  received INTEGER NOT NULL, first_received INTEGER, handle TEXT, deadline INTEGER);
CREATE INDEX IF NOT EXISTS sqs_messages_queue ON sqs_messages (queue);
`;

interface QueueRow {
  name: string;
  arn: string;
  attributes: string;
  tags: string;
  created: number;
  modified: number;
  sequence: number;
}

interface MessageRow {
  message: string;
  received: number;
  first_received: number | null;
  handle: string | null;
  deadline: number | null;
}

/**
 * Keeps fauxqs's queues in the runtime's database. It has the methods that fauxqs calls on its own persistence, whose
 * place it takes: there, a crash between the two statements that move a message to its dead-letter queue would lose it.
 */
export class QueuePersistence {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.define(DDL);
  }

  insertQueue({ name, arn, attributes, tags, createdTimestamp, lastModifiedTimestamp, sequenceCounter }: Queue): void {
    this.#database.run(
      'INSERT OR REPLACE INTO sqs_queues VALUES (?, ?, ?, ?, ?, ?, ?)',
      name,
      arn,
      JSON.stringify(attributes),
      JSON.stringify(Object.fromEntries(tags)),
      createdTimestamp,
      lastModifiedTimestamp,
      sequenceCounter,
    );
  }

  deleteQueue(name: string): void {
    this.deleteQueueMessages(name);
    this.#database.run('DELETE FROM sqs_queues WHERE name = ?', name);
  }

  updateQueueAttributes(name: string, attributes: Record<string, string>, modified: number): void {
    const json = JSON.stringify(attributes);
    this.#database.run('UPDATE sqs_queues SET attributes = ?, modified = ? WHERE name = ?', json, modified, name);
  }

  updateQueueSequenceCounter(name: string, sequence: number): void {
    this.#database.run('UPDATE sqs_queues SET sequence = ? WHERE name = ?', sequence, name);
  }

  insertMessage(queue: string, message: LetterMessage): void {
    this.#database.run(
      'INSERT OR REPLACE INTO sqs_messages VALUES (?, ?, ?, ?, ?, NULL, NULL)',
      message.messageId,
      queue,
      JSON.stringify(message),
      message.approximateReceiveCount,
      message.approximateFirstReceiveTimestamp ?? null,
    );
  }

  deleteMessage(id: string): void {
    this.#database.run('DELETE FROM sqs_messages WHERE id = ?', id);
  }

  updateMessageInflight(id: string, handle: string, deadline: number, received: number, first?: number): void {
    this.#database.run(
      'UPDATE sqs_messages SET handle = ?, deadline = ?, received = ?, first_received = ? WHERE id = ?',
      handle,
      deadline,
      received,
      first ?? null,
      id,
    );
  }

  updateMessageReady(id: string): void {
    this.#database.run('UPDATE sqs_messages SET handle = NULL, deadline = NULL WHERE id = ?', id);
  }

  deleteQueueMessages(queue: string): void {
    this.#database.run('DELETE FROM sqs_messages WHERE queue = ?', queue);
  }

  /** Fills an empty store with what was kept, and from then on keeps what happens in it. */
  attach(store: QueueStore, urlOf: (name: string) => string): void {
    this.#load(store, urlOf);
    // fauxqs declares its own class here; what it calls are the methods above.
    const persistence = this as unknown as NonNullable<QueueStore['persistence']>;
    store.persistence = persistence;
    for (const queue of store.allQueues()) queue.persistence = persistence;
  }

  #load(store: QueueStore, urlOf: (name: string) => string): void {
    for (const row of this.#database.all<QueueRow>('SELECT * FROM sqs_queues')) {
      const queue = store.createQueue(
        row.name,
        urlOf(row.name),
        row.arn,
        JSON.parse(row.attributes),
        JSON.parse(row.tags),
      );
      Object.assign(queue, {
        createdTimestamp: row.created,
        lastModifiedTimestamp: row.modified,
        sequenceCounter: row.sequence,
      });
      const messages = 'SELECT * FROM sqs_messages WHERE queue = ? ORDER BY rowid';
      for (const message of this.#database.all<MessageRow>(messages, row.name)) restore(queue, message);
    }
  }
}

/** Puts a message back where it was. Whatever has become due meanwhile is released by the queue's own timers. */
function restore(queue: Queue, row: MessageRow): void {
  const message: LetterMessage = { ...JSON.parse(row.message), approximateReceiveCount: row.received };
  if (row.first_received !== null) message.approximateFirstReceiveTimestamp = row.first_received;
  const group = message.messageGroupId ?? '__default';
  if (row.handle !== null && row.deadline !== null) {
    queue.inflightMessages.set(row.handle, { message, receiptHandle: row.handle, visibilityDeadline: row.deadline });
    if (queue.isFifo()) queue.fifoLockedGroups.set(group, (queue.fifoLockedGroups.get(group) ?? 0) + 1);
  } else if (queue.isFifo()) {
    const waiting = message.delayUntil ? queue.fifoDelayed : queue.fifoMessages;
    waiting.set(group, [...(waiting.get(group) ?? []), message]);
  } else {
    (message.delayUntil ? queue.delayedMessages : queue.messages).push(message);
  }
}
