/**
 * Backoff of a callback that could not be relayed now: full jitter over min(15 min, 2 s × 2^(attempt − 1)).
 * The longest waits are 2, 4, 8, … 512 s (9 doublings, 1,022 s together), then 900 s each. Attempt 100 is the last:
 * 99 waits take at most 1,022 + 90 × 900 = 82,022 s (22.8 h), on average half of that (11.4 h). So an outage over
 * night loses nothing, a message that waits is tried again at most 15 min after the outage, and all of it fits into the
 * 14 days that the queue keeps a message and the 12 h that SQS hides one.
 */
export const FIRST_BACKOFF_SECONDS = 2;
export const LONGEST_BACKOFF_SECONDS = 900;
export const MAX_ATTEMPTS = 100;

/**
 * How long the message stays hidden after this attempt, in whole seconds, at least 1.
 *
 * @param attempt 1 for the first receive
 * @param random from 0 up to, not including, 1
 */
export function backoffSeconds(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1));
  return Math.max(1, Math.floor(random * (longest + 1)));
}
