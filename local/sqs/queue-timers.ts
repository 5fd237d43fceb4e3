import type { Cancel, Clock } from '../clock.ts';
import type { Queue } from '../substrate/fauxqs.ts';

/** When a due time has come but the queue does not see it yet, it is asked again this much later. */
const RETRY_MS = 10;

/**
 * Wakes the receivers that wait at a queue when the next delayed or invisible message becomes due, by the runtime's
 * clock; takes the place of fauxqs's own timer, which looks through the queue fifty times a second.
 */
export function runByClock(queue: Queue, clock: Clock): void {
  const { dequeue, enqueue, changeVisibility, cancelWaiters } = queue;
  let next: { at: number; cancel: Cancel } | undefined;

  const arm = (notBefore = 0) => {
    if (queue.pollWaiters.length === 0) return;
    const at = Math.max(notBefore, nextDue(queue));
    if (at === Number.POSITIVE_INFINITY || (next && next.at <= at)) return;
    next?.cancel();
    next = { at, cancel: clock.schedule(at, release) };
  };
  const release = () => {
    next = undefined;
    queue.processTimers();
    arm(clock.now() + RETRY_MS);
  };
  const thenArm =
    <Args extends unknown[], Result>(method: (...args: Args) => Result) =>
    (...args: Args): Result => {
      const result = method.apply(queue, args);
      arm();
      return result;
    };

  Object.assign(queue, {
    startPollTimerIfNeeded: () => arm(), // fauxqs calls it when a receiver begins to wait
    dequeue: thenArm(dequeue),
    enqueue: thenArm(enqueue),
    changeVisibility: thenArm(changeVisibility),
    cancelWaiters: () => {
      cancelWaiters.call(queue);
      next?.cancel(); // a message may stay invisible for hours; the timer would keep the process alive as long
      next = undefined;
    },
  });
}

/** Epoch milliseconds at which the next message becomes available by itself; infinity when none will. */
function nextDue(queue: Queue): number {
  let due = Number.POSITIVE_INFINITY;
  for (const { visibilityDeadline } of queue.inflightMessages.values()) due = Math.min(due, visibilityDeadline);
  for (const { delayUntil } of queue.delayedMessages) due = Math.min(due, delayUntil ?? due);
  for (const messages of queue.fifoDelayed.values())
    for (const { delayUntil } of messages) due = Math.min(due, delayUntil ?? due);
  return due;
}
