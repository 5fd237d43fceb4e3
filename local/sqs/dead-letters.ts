import type { Clock } from '../clock.ts';
import type { Queue, QueueStore } from '../substrate/fauxqs.ts';
import type { LetterMessage } from './queue-persistence.ts';

/** The queues whose redrive policy names `arn` as their dead-letter queue. */
export function sourcesOf(store: QueueStore, arn: string): Queue[] {
  return [...store.allQueues()].filter((queue) => deadLetterTarget(queue) === arn);
}

function deadLetterTarget({ attributes }: Queue): string | undefined {
  if (!attributes['RedrivePolicy']) return undefined;
  try {
    return JSON.parse(attributes['RedrivePolicy']).deadLetterTargetArn;
  } catch {
    return undefined; // as fauxqs: a policy that does not parse moves nothing
  }
}

/** Lets a queue note on each message that it moves to its dead-letter queue where the message came from. */
export function noteDeadLetterSource(queue: Queue, clock: Clock): void {
  const { dequeue } = queue;
  queue.dequeue = (count, visibility, resolve) =>
    dequeue.call(queue, count, visibility, resolve && ((arn) => withSource(resolve(arn), queue.arn, clock)));
}

function withSource(target: Queue | undefined, source: string, clock: Clock): Queue | undefined {
  if (!target) return undefined;
  const enqueue = (message: LetterMessage) => {
    message.deadLetterSource = source;
    message.approximateReceiveCount -= 1; // fauxqs counts the receipt that was not to be
    // A letter keeps its age, except in a FIFO queue: SQS Developer Guide, "Understanding message retention periods for dead-letter queues".
    if (target.isFifo()) message.sentTimestamp = clock.now();
    target.enqueue(message);
  };
  return Object.assign(Object.create(target), { enqueue });
}
