import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { DeadLetterReason } from './errors.ts';

/** What is known of a dead letter besides its body. */
export interface DeadLetterFacts {
  reason: DeadLetterReason;
  /** For people; cut at 500 characters. */
  error: string;
  jiraStoryId?: string | undefined;
  callbackId?: string | undefined;
}

/** What the relay does to the queue itself. */
export interface CallbackQueue {
  /** Hides the message of a failed attempt for its backoff. */
  hide(record: SQSRecord, seconds: number): Promise<void>;
  /** Puts a copy with its reason into the dead-letter queue; the original is acknowledged afterwards. */
  deadLetter(record: SQSRecord, facts: DeadLetterFacts): Promise<void>;
}

/** The callback queue and its dead-letter queue in SQS. */
export function sqsCallbackQueue(client: SQSClient, urls: { queue: string; deadLetterQueue: string }): CallbackQueue {
  return {
    async hide(record, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: urls.queue,
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
    async deadLetter(record, { reason, error, jiraStoryId, callbackId }) {
      const attributes = {
        reason,
        error: error.slice(0, 500),
        receiveCount: record.attributes.ApproximateReceiveCount,
        firstReceivedAt: new Date(Number(record.attributes.ApproximateFirstReceiveTimestamp)).toISOString(),
        ...(jiraStoryId && { jiraStoryId }),
        ...(callbackId && { callbackId }),
      };
      await client.send(
        new SendMessageCommand({
          QueueUrl: urls.deadLetterQueue,
          MessageBody: record.body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
    },
  };
}
