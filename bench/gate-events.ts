import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { MeasuredRuntime } from './measured-runtime.ts';

/** Between two receives, so that events come together: one at a time, receiving them is most of the client's work. */
const GATHER_MS = 50;

const Event = z.object({
  'detail-type': z.string(),
  detail: z.object({ jiraStoryId: z.string().optional(), name: z.string().optional(), status: z.string().optional() }),
});

/**
 * What happens to the gates, by events in a queue, as a program that follows many gates would get it. Polling for each gate took more
 * of the processors than half of the functions together.
 */
export class GateEvents {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #awaited = new Map<string, PromiseWithResolvers<string>>();
  #closed = false;

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /** Subscribes a queue to waits on the product's bus and to ends of executions on the default bus. */
  static async subscribe(runtime: MeasuredRuntime, bus: string): Promise<GateEvents> {
    const sqs = new SQSClient(runtime.client);
    const events = new EventBridgeClient(runtime.client);
    const name = `bench-${randomUUID()}`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
    const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:us-east-1:000000000000:${name}` }];
    const patterns = {
      [bus]: { 'detail-type': ['Execution Waiting'] },
      default: {
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { status: [{ 'anything-but': 'RUNNING' }] },
      },
    };
    for (const [EventBusName, pattern] of Object.entries(patterns)) {
      await events.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }));
      await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
    }
    const following = new GateEvents(sqs, QueueUrl);
    void following.#follow();
    return following;
  }

  /** Resolves when an execution waits for a decision on the story. */
  async waiting(story: string): Promise<void> {
    await this.#once(story);
  }

  /** Resolves when the execution has succeeded; throws when it has ended otherwise. */
  async succeeded(execution: string): Promise<void> {
    const status = await this.#once(execution);
    if (status !== 'SUCCEEDED') throw new Error(`${execution} ended as ${status}`);
  }

  close(): void {
    this.#closed = true;
  }

  /** An event may come before somebody waits for it. */
  #of(subject: string): PromiseWithResolvers<string> {
    const known = this.#awaited.get(subject) ?? Promise.withResolvers<string>();
    this.#awaited.set(subject, known);
    return known;
  }

  async #once(subject: string): Promise<string> {
    const happened = await this.#of(subject).promise;
    this.#awaited.delete(subject);
    return happened;
  }

  async #follow(): Promise<void> {
    const receive = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    });
    while (!this.#closed) {
      await setTimeout(GATHER_MS);
      const { Messages = [] } = await this.#sqs.send(receive);
      if (Messages.length === 0) continue;
      for (const message of Messages) this.#arrived(message);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }));
    }
  }

  #arrived({ Body = '' }: Message): void {
    const { detail } = Event.parse(JSON.parse(Body));
    this.#of(detail.jiraStoryId ?? detail.name ?? '').resolve(detail.status ?? 'WAITING');
  }
}
