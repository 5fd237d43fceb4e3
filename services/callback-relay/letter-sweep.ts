import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * How long a received letter stays hidden when whoever looks at it is killed. Short, since others want to see it; long enough
 * for a thousand receives of 10 letters at 20 ms.
 */
const HIDDEN_SECONDS = 30;
const BATCH = 10;

/** A message of the dead-letter queue that is held back from others while somebody looks at it. */
export type HeldMessage = Message & { MessageId: string; ReceiptHandle: string };

/** Held messages of a dead-letter queue. None of them is lost when the process dies: each shows again after 30 s. */
export interface LetterSweep {
  /** Every message of the queue once, as it comes, at most `most` of them. */
  messages(most: number): AsyncGenerator<HeldMessage>;
  /** Holds these for another 30 s if they are due. */
  keep(messages: readonly HeldMessage[]): Promise<void>;
  /** Returns the ids of those that were deleted. */
  remove(messages: readonly HeldMessage[]): Promise<Set<string>>;
  /** Shows everything again that was not removed. Call it in a `finally`. */
  release(): Promise<void>;
}

/**
 * Begins to look through a dead-letter queue.
 *
 * @param options.pollSeconds how long an answer may take; with 0, SQS asks a part of its servers only, so that an empty
 * answer does not mean an empty queue
 */
export function sweepLetters(
  client: SQSClient,
  QueueUrl: string,
  { now, pollSeconds }: { now: () => Date; pollSeconds: number },
): LetterSweep {
  const held = new Map<string, { message: HeldMessage; until: number }>();
  const hold = (message: HeldMessage) =>
    held.set(message.MessageId, { message, until: now().getTime() + HIDDEN_SECONDS * 1000 });

  /** Returns those that SQS has hidden: not those that it shows already, for instance. */
  const hide = async (messages: readonly HeldMessage[], seconds: number): Promise<HeldMessage[]> => {
    const hidden: HeldMessage[] = [];
    await inBatches(messages, async (batch) => {
      const Entries = batch.map(({ ReceiptHandle }, at) => ({
        Id: String(at),
        ReceiptHandle,
        VisibilityTimeout: seconds,
      }));
      const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      hidden.push(...batch.filter((_, at) => !Failed.some(({ Id }) => Id === String(at))));
    });
    return hidden;
  };
  /** As it was received last: only that receipt handle counts. */
  const newest = (message: HeldMessage) => held.get(message.MessageId)?.message ?? message;

  return {
    async *messages(most) {
      let seen = 0;
      while (seen < most) {
        const received = await receive(client, QueueUrl, Math.min(BATCH, most - seen), pollSeconds);
        const fresh = received.filter(({ MessageId }) => !held.has(MessageId));
        received.forEach(hold); // a letter that came back has a new receipt handle
        // Nothing new: the queue is empty, or the first letters show again, so the whole queue has been seen.
        if (fresh.length === 0) return;
        seen += fresh.length;
        yield* fresh;
      }
    },
    async keep(messages) {
      const soon = now().getTime() + (HIDDEN_SECONDS * 1000) / 2;
      const due = messages.filter(({ MessageId }) => (held.get(MessageId)?.until ?? 0) < soon);
      (await hide(due.map(newest), HIDDEN_SECONDS)).forEach(hold);
    },
    async remove(messages) {
      const removed = new Set<string>();
      await inBatches(messages, async (batch) => {
        const Entries = batch.map((message, at) => ({
          Id: String(at),
          ReceiptHandle: newest(message).ReceiptHandle,
        }));
        const { Successful = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        for (const { Id } of Successful) removed.add(batch[Number(Id)]?.MessageId ?? '');
      });
      for (const id of removed) held.delete(id);
      return removed;
    },
    async release() {
      const messages = [...held.values()].map(({ message }) => message);
      held.clear();
      await hide(messages, 0);
    },
  };
}

async function receive(
  client: SQSClient,
  QueueUrl: string,
  most: number,
  WaitTimeSeconds: number,
): Promise<HeldMessage[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: most,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages.flatMap(({ MessageId, ReceiptHandle, ...rest }) =>
    MessageId && ReceiptHandle ? [{ ...rest, MessageId, ReceiptHandle }] : [],
  );
}

async function inBatches<T>(all: readonly T[], run: (batch: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += BATCH) await run(all.slice(at, at + BATCH));
}
