import type { Queue, QueueMessage } from '../substrate/fauxqs.ts';

/**
 * Lets a receive take several messages of one group, in order; fauxqs takes one a group. Whatever returns from flight
 * stands before its successors again, in whichever order several of them came back.
 */
export function takeGroupsInOrder(queue: Queue): void {
  const { dequeue } = queue;
  queue.dequeue = (count, visibility, resolve) => {
    if (!queue.isFifo()) return dequeue.call(queue, count, visibility, resolve);
    queue.processTimers();
    for (const messages of queue.fifoMessages.values()) messages.sort(bySequence);
    return takeInOrder(queue, count, () => dequeue.call(queue, 1, visibility, resolve));
  };
}

/** Takes one message after the other with the locks of this receive lifted, which are put back at the end. */
function takeInOrder(queue: Queue, count: number, takeOne: () => ReturnType<Queue['dequeue']>) {
  const { fifoLockedGroups: locks, processTimers } = queue;
  const before = new Set(locks.keys());
  const taken = new Map<string, number>();
  const received: ReturnType<Queue['dequeue']> = [];
  queue.processTimers = () => {}; // nothing comes back while this receive takes: it would take the same again
  try {
    for (let found = takeOne(); found.length > 0; found = received.length < count ? takeOne() : []) {
      received.push(...found);
      lift(locks, before, taken);
    }
  } finally {
    queue.processTimers = processTimers;
    for (const [group, held] of taken) locks.set(group, held);
  }
  return received;
}

function lift(locks: Map<string, number>, before: ReadonlySet<string>, taken: Map<string, number>): void {
  for (const [group, held] of locks)
    if (!before.has(group)) {
      taken.set(group, (taken.get(group) ?? 0) + held);
      locks.delete(group);
    }
}

function bySequence(one: QueueMessage, other: QueueMessage): number {
  return (one.sequenceNumber ?? '') < (other.sequenceNumber ?? '') ? -1 : 1;
}
