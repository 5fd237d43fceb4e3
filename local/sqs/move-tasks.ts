import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Queue, QueueMessage, QueueStore } from '../substrate/fauxqs.ts';
import { sourcesOf } from './dead-letters.ts';
import type { LetterMessage } from './queue-persistence.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS sqs_move_tasks (
  handle TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, rate INTEGER, status TEXT NOT NULL,
  moved INTEGER NOT NULL, to_move INTEGER NOT NULL, started INTEGER NOT NULL, failure TEXT);
`;

/** AWS's own limit, also what an unlimited task does. */
const LARGEST_RATE = 500;

interface TaskRow {
  handle: string;
  source: string;
  destination: string | null;
  rate: number | null;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  moved: number;
  to_move: number;
  started: number;
  failure: string | null;
}

export interface MoveTasksOptions {
  clock: Clock;
  database: Database;
  store: QueueStore;
  newMessage(body: string, attributes: QueueMessage['messageAttributes']): QueueMessage;
}

/** The tasks that move a dead-letter queue's messages back. They survive restarts. */
export class MoveTasks {
  readonly #options: MoveTasksOptions;
  readonly #running = new Map<string, Cancel>();

  constructor(options: MoveTasksOptions) {
    this.#options = options;
    options.database.define(DDL);
  }

  /** Goes on with the tasks that ran when the runtime stopped. */
  resume(): void {
    for (const task of this.#rows("status = 'RUNNING'")) this.#schedule(task.handle, 0);
  }

  /** @throws AwsError ResourceNotFoundException, InvalidParameterValue */
  start(source: string, destination: string | undefined, rate: number | undefined): string {
    const queue = this.#queue(source, 'SourceArn');
    if (destination !== undefined) this.#queue(destination, 'DestinationArn');
    if (sourcesOf(this.#options.store, source).length === 0)
      throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1 && rate <= LARGEST_RATE))
      throw new AwsError(
        'InvalidParameterValue',
        `MaxNumberOfMessagesPerSecond must be 1 to ${LARGEST_RATE}, not ${rate}.`,
      );
    if (this.#rows("status = 'RUNNING' AND source = ?", source).length > 0)
      throw new AwsError(
        'InvalidParameterValue',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source })).toString('base64');
    this.#options.database.run(
      "INSERT INTO sqs_move_tasks VALUES (?, ?, ?, ?, 'RUNNING', 0, ?, ?, NULL)",
      handle,
      source,
      destination ?? null,
      rate ?? null,
      queue.messages.length,
      this.#options.clock.now(),
    );
    this.#schedule(handle, 0);
    return handle;
  }

  /** Newest first, in the shape of ListMessageMoveTasks. */
  list(source: string, limit: number): object[] {
    this.#queue(source, 'SourceArn');
    const rows = this.#rows('source = ? ORDER BY started DESC, rowid DESC LIMIT ?', source, limit);
    return rows.map((task) => ({
      ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
      Status: task.status,
      SourceArn: task.source,
      DestinationArn: task.destination ?? undefined,
      MaxNumberOfMessagesPerSecond: task.rate ?? undefined,
      ApproximateNumberOfMessagesMoved: task.moved,
      ApproximateNumberOfMessagesToMove: task.to_move,
      FailureReason: task.failure ?? undefined,
      StartedTimestamp: task.started,
    }));
  }

  /** @returns how many messages had been moved */
  cancel(handle: string): number {
    const task = this.#task(handle);
    if (task?.status !== 'RUNNING')
      throw new AwsError('ResourceNotFoundException', 'Task does not exist or is not running.', { status: 404 });
    this.#finish(handle, 'CANCELLED');
    return task.moved;
  }

  close(): void {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }

  #schedule(handle: string, delay: number): void {
    const { clock } = this.#options;
    this.#running.set(
      handle,
      clock.schedule(clock.now() + delay, () => this.#step(handle)),
    );
  }

  /** Moves one second's worth of messages, all in one commit. */
  #step(handle: string): void {
    const task = this.#task(handle);
    if (task?.status !== 'RUNNING') return;
    try {
      const moved = this.#move(task, Math.min(task.rate ?? LARGEST_RATE, task.to_move - task.moved));
      this.#options.database.run('UPDATE sqs_move_tasks SET moved = moved + ? WHERE handle = ?', moved, handle);
      if (moved === 0 || task.moved + moved >= task.to_move) this.#finish(handle, 'COMPLETED');
      else this.#schedule(handle, 1_000);
    } catch (error) {
      this.#finish(handle, 'FAILED', error instanceof Error ? error.message : String(error));
    }
  }

  #move(task: TaskRow, count: number): number {
    const source = this.#queue(task.source, 'SourceArn');
    source.processTimers();
    for (let moved = 0; moved < count; moved += 1) {
      const letter: LetterMessage | undefined = source.messages[0];
      if (!letter) return moved;
      const destination = this.#destination(task, letter); // before the letter is taken out: it may not be found
      source.messages.shift();
      source.persistence?.deleteMessage(letter.messageId);
      destination.enqueue(this.#options.newMessage(letter.body, letter.messageAttributes));
    }
    return count;
  }

  /** Where a letter goes: where the task says, else to the queue that it came from. */
  #destination(task: TaskRow, letter: LetterMessage): Queue {
    const arn = task.destination ?? letter.deadLetterSource ?? sourcesOf(this.#options.store, task.source)[0]?.arn;
    return this.#queue(arn ?? '', 'DestinationArn');
  }

  #queue(arn: string, parameter: string): Queue {
    const queue = this.#options.store.getQueueByArn(arn);
    if (queue) return queue;
    const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw new AwsError('ResourceNotFoundException', message, { status: 404 });
  }

  #finish(handle: string, status: TaskRow['status'], failure?: string): void {
    this.#running.get(handle)?.();
    this.#running.delete(handle);
    const sql = 'UPDATE sqs_move_tasks SET status = ?, failure = ? WHERE handle = ?';
    this.#options.database.run(sql, status, failure ?? null, handle);
  }

  #task(handle: string): TaskRow | undefined {
    return this.#rows('handle = ?', handle)[0];
  }

  #rows(where: string, ...values: (string | number)[]): TaskRow[] {
    return this.#options.database.all<TaskRow>(`SELECT * FROM sqs_move_tasks WHERE ${where}`, ...values);
  }
}
