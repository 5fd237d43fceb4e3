import type { Retrier } from '../definition/asl.ts';

/**
 * Milliseconds before the next retry: IntervalSeconds × BackoffRate^retries, at most MaxDelaySeconds; with full jitter
 * anything between nothing and that.
 *
 * @param retries how often this retrier has retried already
 * @param random uniform in [0, 1)
 */
export function retryDelay(retrier: Retrier, retries: number, random: () => number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
