import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often it is looked. Real time: a moved clock does not make the process idle. */
const INTERVAL_MS = 2_000;
/** Share of an interval in which the event loop may have worked and still count as idle. */
const IDLE_SHARE = 0.02;
/** What has to be gained before it is worth some 50 ms of a core. */
const WORTH_BYTES = 32 * 1024 * 1024;

/**
 * Gives the heap that a busy time has left behind back to the machine once the runtime is idle. V8 collects when something is
 * allocated, so a runtime that waits for Jira would keep hundreds of megabytes of garbage overnight.
 *
 * @param intervalMs how often it is looked
 * @returns how to end it
 */
export function releaseMemoryWhenIdle(intervalMs = INTERVAL_MS): () => void {
  let collect: (() => void) | undefined;
  let last = performance.eventLoopUtilization();
  let least = getHeapStatistics().total_heap_size;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    const size = getHeapStatistics().total_heap_size;
    least = Math.min(least, size);
    if (utilization > IDLE_SHARE || size - least < WORTH_BYTES) return;
    collect ??= collector();
    collect();
    least = getHeapStatistics().total_heap_size;
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** V8's full collection, which Node gives only to those who ask by a flag. It is taken back, so that functions do not see it. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: (options: object) => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
