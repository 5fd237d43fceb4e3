import { z } from 'zod';
import type { Cancel, Clock } from '../clock.ts';
import { compilePattern, type EventPattern } from '../events/event-pattern.ts';
import { type GatewayClient, queueUrl } from '../events/gateway-client.ts';
import { ACCOUNT } from '../gateway/arn.ts';
import type { Principal } from '../iam/principal.ts';
import { failedItems } from './batch-response.ts';
import type { MappingDefinition } from './event-source-mappings.ts';
import type { FunctionDefinition, Outcome } from './function-definition.ts';
import { filterableRecord, type QueueMessage, queueRecord, receivedMessages } from './queue-message.ts';

/** Longest that SQS lets a receiver wait. */
const LONG_POLL_SECONDS = 20;
/** Most messages in one receive or delete. */
const MOST_MESSAGES = 10;
/** Batches under way when the mapping sets no maximum: AWS starts with five pollers. */
const DEFAULT_CONCURRENCY = 5;
/** After a refused call: 1 s, doubled up to a minute. */
const LONGEST_BACKOFF_MS = 60_000;

/** The local runtime itself, for what no principal on AWS does. */
const RUNTIME: Principal = { kind: 'admin', arn: `arn:aws:iam::${ACCOUNT}:root` };

export interface QueuePollerOptions {
  clock: Clock;
  gateway: GatewayClient;
  mapping: MappingDefinition;
  function: FunctionDefinition;
  /** Invokes the function with a batch. Throws when throttled. */
  run: (payload: string) => Promise<Outcome>;
  /** The mapping's `LastProcessingResult`. */
  report: (result: string) => void;
}

/**
 * Feeds a function from a queue with the permissions of the function's role. One long poll waits at a time, so an empty
 * queue costs nothing; batches run beside it up to the maximum concurrency. What a function fails stays in the queue
 * and comes back after the visibility timeout.
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #principal: Principal;
  readonly #filters: readonly EventPattern[];
  #stopped = false;
  #running = 0;
  #backoffMs = 0;
  #wake: (() => void) | undefined;
  #cancelSleep: Cancel | undefined;
  #lastProblem: string | undefined;

  constructor(options: QueuePollerOptions) {
    this.#options = options;
    const { roleArn, name } = options.function;
    this.#principal = { kind: 'role', roleArn, sessionName: name };
    this.#filters = (options.mapping.filters ?? []).map(compilePattern);
  }

  start(): void {
    void this.#loop();
  }

  /** Receives no more. Batches under way finish. */
  stop(): void {
    this.#stopped = true;
    this.#cancelSleep?.();
    this.#wake?.();
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#checkQueue();
        while (!this.#stopped) await this.#poll();
      } catch (error) {
        if (!this.#stopped) await this.#problem(error);
      }
    }
  }

  /** Lambda refuses a mapping whose messages would come back while the function is still at work on them. */
  async #checkQueue(): Promise<void> {
    const input = { AttributeNames: ['VisibilityTimeout'] };
    const answer = z.object({ Attributes: z.record(z.string(), z.string()).optional() });
    const { Attributes } = answer.parse(await this.#sqs('GetQueueAttributes', input));
    const visibility = Number(Attributes?.['VisibilityTimeout'] ?? 30);
    const { timeoutSeconds } = this.#options.function;
    if (visibility < timeoutSeconds)
      throw new Error(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
  }

  async #poll(): Promise<void> {
    if (this.#running >= this.#mostBatches()) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#stopped) return;
    const messages = await this.#receiveBatch();
    this.#backoffMs = 0;
    if (messages.length === 0) return;
    if (this.#stopped) return this.#release(messages);
    this.#running++;
    void this.#process(messages).finally(() => {
      this.#running--;
      this.#wake?.();
    });
  }

  /**
   * Gives back what the last long poll still brought after the end. AWS closes the connection of such a poll and SQS
   * hands nothing out on it, so this is the runtime's own doing and not the role's.
   */
  async #release(messages: readonly QueueMessage[]): Promise<void> {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await this.#sqs('ChangeMessageVisibilityBatch', { Entries }, RUNTIME);
  }

  /** Never more than the function takes at once: throttled batches would only use up receive counts. */
  #mostBatches(): number {
    const { mapping, function: definition } = this.#options;
    return Math.min(
      mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY,
      Math.max(1, definition.reservedConcurrency ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Waits for a first message, then for as many more as batch size and window allow. */
  async #receiveBatch(): Promise<QueueMessage[]> {
    const { batchSize = 10, maximumBatchingWindowSeconds = 0 } = this.#options.mapping;
    const batch = await this.#receive(batchSize, LONG_POLL_SECONDS);
    const deadline = performance.now() + maximumBatchingWindowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && !this.#stopped) {
      const left = Math.ceil((deadline - performance.now()) / 1000);
      if (left <= 0) break;
      batch.push(...(await this.#receive(batchSize - batch.length, Math.min(left, LONG_POLL_SECONDS))));
    }
    return batch;
  }

  async #receive(most: number, waitSeconds: number): Promise<QueueMessage[]> {
    const answer = await this.#sqs('ReceiveMessage', {
      MaxNumberOfMessages: Math.min(most, MOST_MESSAGES),
      WaitTimeSeconds: waitSeconds,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return receivedMessages.parse(answer).Messages ?? [];
  }

  async #process(received: readonly QueueMessage[]): Promise<void> {
    try {
      const { wanted, unwanted } = this.#filter(received);
      if (unwanted.length > 0) await this.#delete(unwanted);
      if (wanted.length > 0) await this.#invoke(wanted);
    } catch (error) {
      if (!this.#stopped) this.#complain(error);
    }
  }

  async #invoke(messages: readonly QueueMessage[]): Promise<void> {
    const { mapping, run, report } = this.#options;
    const Records = messages.map((message) => queueRecord(message, mapping.eventSourceArn));
    const outcome = await run(JSON.stringify({ Records }));
    if (outcome.functionError) return report('PROBLEM: Function call failed');
    const ids = messages.map(({ MessageId }) => MessageId);
    const failed = mapping.reportBatchItemFailures ? failedItems(outcome.payload, ids) : [];
    await this.#delete(messages.filter(({ MessageId }) => !failed.includes(MessageId)));
    this.#lastProblem = undefined;
    report('OK');
  }

  #filter(messages: readonly QueueMessage[]): { wanted: QueueMessage[]; unwanted: QueueMessage[] } {
    const passes = (message: QueueMessage) => {
      const record = filterableRecord(queueRecord(message, this.#options.mapping.eventSourceArn));
      return this.#filters.length === 0 || this.#filters.some((matches) => matches(record));
    };
    const wanted = messages.filter(passes);
    return { wanted, unwanted: messages.filter((message) => !wanted.includes(message)) };
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += MOST_MESSAGES) {
      const part = messages.slice(at, at + MOST_MESSAGES);
      const Entries = part.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs('DeleteMessageBatch', { Entries });
    }
  }

  async #sqs(action: string, input: Record<string, unknown>, principal = this.#principal): Promise<unknown> {
    const { gateway, mapping } = this.#options;
    const QueueUrl = queueUrl(gateway, mapping.eventSourceArn);
    const { body } = await gateway.call(principal, { service: 'sqs', action, input: { QueueUrl, ...input } });
    const text = body.toString();
    return text === '' ? {} : JSON.parse(text);
  }

  /** Says what is wrong, once, and tries again later: someone may be repairing the role or the queue. */
  async #problem(error: unknown): Promise<void> {
    this.#complain(error);
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, Math.max(1000, this.#backoffMs * 2));
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#cancelSleep = clock.schedule(clock.now() + this.#backoffMs, resolve);
    });
  }

  #complain(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    this.#options.report(`PROBLEM: ${problem}`);
    if (problem !== this.#lastProblem)
      console.error(
        `Function ${this.#options.function.name} gets nothing from ${this.#options.mapping.eventSourceArn}: ${problem}`,
      );
    this.#lastProblem = problem;
  }
}
