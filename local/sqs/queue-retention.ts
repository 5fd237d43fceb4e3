import type { Clock } from '../clock.ts';
import type { Queue, QueueMessage } from '../substrate/fauxqs.ts';

/** A queue in which something expires all the time is looked through this often; a message may live as much longer. */
const SWEEP_MS = 1_000;

/**
 * Deletes what is older than the queue's retention period whenever the queue looks at its timers. It is looked through
 * only when its oldest message may have expired: until then each look costs one comparison.
 */
export function expireByRetention(queue: Queue, clock: Clock): void {
  const { enqueue, processTimers, deleteMessage } = queue;
  let oldest = 0; // at most the age of any message; what a restart brought back is not known until the first look
  let swept = Number.NEGATIVE_INFINITY;

  queue.enqueue = (message) => {
    oldest = Math.min(oldest, message.sentTimestamp);
    enqueue.call(queue, message);
  };
  queue.processTimers = () => {
    const now = clock.now();
    const expired = now - Number(queue.attributes['MessageRetentionPeriod']) * 1_000;
    if (oldest <= expired && swept + SWEEP_MS <= now) {
      swept = now;
      oldest = sweep(queue, expired, (handle) => deleteMessage.call(queue, handle));
    }
    processTimers.call(queue);
  };
}

/** @returns when the oldest of those that stay was sent */
function sweep(queue: Queue, expired: number, drop: (handle: string) => void): number {
  let oldest = Number.POSITIVE_INFINITY;
  const stays = ({ messageId, sentTimestamp }: QueueMessage): boolean => {
    if (sentTimestamp > expired) oldest = Math.min(oldest, sentTimestamp);
    else queue.persistence?.deleteMessage(messageId);
    return sentTimestamp > expired;
  };
  queue.messages = queue.messages.filter(stays);
  queue.delayedMessages = queue.delayedMessages.filter(stays);
  for (const groups of [queue.fifoMessages, queue.fifoDelayed])
    for (const [group, messages] of groups) groups.set(group, messages.filter(stays));
  for (const [handle, { message }] of queue.inflightMessages) if (!stays(message)) drop(handle);
  return oldest;
}
