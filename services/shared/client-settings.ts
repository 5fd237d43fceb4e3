/**
 * Settings of every SDK client: a call that hangs fails while the function can still answer for it. Two retries make
 * three tries of at most 4 s each, within the 15 s that the shortest function has.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};
