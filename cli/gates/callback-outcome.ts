import { setTimeout } from 'node:timers/promises';
import type { Gate } from '../session.ts';
import { type StoredCallback, storyRecords } from './story-records.ts';

/** The relay needs about a second; on a cold start a few. */
const RELAY_DEADLINE_MS = 20_000;

/** What the relay made of a callback; undefined when it has not come to it yet. */
export async function callbackOutcome(
  gate: Gate,
  story: string,
  callbackId: string,
  signal: AbortSignal,
): Promise<StoredCallback | undefined> {
  const deadline = Date.now() + RELAY_DEADLINE_MS;
  while (Date.now() < deadline) {
    const { callbacks } = await storyRecords(gate, story);
    const callback = callbacks.find((candidate) => candidate.callbackId === callbackId);
    if (callback && callback.disposition !== 'ACCEPTED') return callback;
    await setTimeout(gate.target.pollMs, undefined, { signal });
  }
  return undefined;
}
