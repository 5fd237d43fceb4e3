import type { Callback } from '../shared/callback.ts';
import type { StoryKey } from '../shared/story-key.ts';
import type { Answer, CallbackRecord, Disposition, Wait } from './records.ts';

/** How a claim ended: won, or lost to what the record says now (undefined: it is gone). */
export type Claim = { won: true } | { won: false; current: Wait | undefined };

/** One wait, as a claim sees it: the token pins the attempt, since a retried task gets a new one. */
export type WaitKey = Pick<Wait, 'jiraStoryId' | 'executionName' | 'taskToken'>;

/**
 * What the domain needs of the waits table. All reads are strongly consistent, all writes are conditional where two
 * writers can meet. Every method is one request to the table (a page of a long listing is one more).
 */
export interface WaitsTable {
  /** Stores a new wait. Changes nothing when this very token is stored already. */
  putWait(wait: Wait): Promise<void>;
  /** Stores the callback as `ACCEPTED`; returns false, and changes nothing, when it is known. */
  recordCallback(callback: Callback, at: Date): Promise<boolean>;
  callback(story: StoryKey, callbackId: string): Promise<CallbackRecord | undefined>;
  /** Every wait on the story, also those that have ended. */
  waitsOn(story: StoryKey): Promise<Wait[]>;
  /** Every callback for the story that is still kept. */
  callbacksFor(story: StoryKey): Promise<CallbackRecord[]>;
  /** Makes the callback this wait's one decision, unless another one is. Repeating one's own claim wins again. */
  claim(wait: WaitKey, callback: Callback, at: Date): Promise<Claim>;
  /** Closes a wait that the callback has claimed but could not answer. */
  expire(wait: WaitKey, callback: Callback, endedAs: string): Promise<void>;
  /** Shows on a wait that a decision was too early for it. */
  noteNotAdmitted(wait: WaitKey, callback: Callback): Promise<void>;
  /** Records the end of the callback. Only `RELAYED` replaces another end; executions add up. */
  finish(callback: Callback, end: { disposition: Disposition; answers: readonly Answer[]; at: Date }): Promise<void>;
}

/** Shards of the index of pending waits: enough for 8 × 1,000 writes a second, few enough to list with 8 queries. */
export const PENDING_SHARDS = 8;

/** The index `pending`: its partition key is `pendingShard`, its sort key `waitingSince`. Only `WAITING` records are in it. */
export function pendingShard(executionName: string): string {
  const sum = [...executionName].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521, 7);
  return `pending#${sum % PENDING_SHARDS}`;
}

/** Executions that the callback has answered, from what it met. */
export function relayedTo(answers: readonly Answer[]): string[] {
  return answers.filter((answer) => answer.result === 'RELAYED').map((answer) => answer.executionName);
}
