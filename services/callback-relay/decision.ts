import type { Callback } from '../shared/callback.ts';

/**
 * What the waiting task gets: the output of SendTaskSuccess, the cause of SendTaskFailure. It is the callback as the
 * workflow's result shows it. A cause holds 32,768 characters; the webhook cuts the message at 10,000.
 */
export function decisionOf(callback: Callback): Omit<Callback, 'schemaVersion'> {
  const { schemaVersion: _, ...decision } = callback;
  return decision;
}
