import type { Clock } from '../clock.ts';
import type { Queue } from '../substrate/fauxqs.ts';

/** What can go wrong with the messages of one queue, by its ARN. */
export interface QueueFaults {
  duplicates(service: 'sqs', queueArn: string): boolean;
  delay(service: 'sqs', queueArn: string): number;
}

/**
 * Lets a standard queue deliver as badly as SQS may: late, and once more after the message was deleted, which happens
 * where one of the servers that hold it misses the deletion. FIFO queues promise neither to happen.
 */
export function deliverWithFaults(queue: Queue, clock: Clock, faults: QueueFaults): void {
  const { deleteMessage, enqueue } = queue;
  queue.deleteMessage = (handle) => {
    const known = !queue.isFifo() && queue.inflightMessages.has(handle);
    if (!known || !faults.duplicates('sqs', queue.arn)) return deleteMessage.call(queue, handle);
    queue.changeVisibility(handle, 0);
    return true;
  };
  queue.enqueue = (message) => {
    const delayMs = queue.isFifo() ? 0 : faults.delay('sqs', queue.arn);
    if (delayMs > 0) message.delayUntil = Math.max(message.delayUntil ?? 0, clock.now() + delayMs);
    enqueue.call(queue, message);
  };
}
