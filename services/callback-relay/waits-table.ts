import type { Callback } from '../shared/callback.ts';
import type { StoryKey } from '../shared/story-key.ts';
import type { Answer, CallbackRecord, Disposition, ExecutionNote, Vote, Wait } from './records.ts';

/** One wait, as a claim sees it: the token pins the attempt, since a retried task gets a new one. */
export type WaitKey = Pick<Wait, 'jiraStoryId' | 'executionName' | 'taskToken'>;

/** What a read of a story finds besides: the other keys of its issue, which Jira has moved. */
export interface Linked {
  links: StoryKey[];
}

/**
 * What the domain needs of the waits table. All reads are strongly consistent, all writes are conditional where two
 * writers can meet. Every method is one request to the table (a page of a long listing is one more), so a crash can
 * come between any two of them.
 */
export interface WaitsTable {
  /** Announces that an execution is about to wait. Returns what is known of it, so whether it has ended meanwhile. */
  announceWait(wait: Wait): Promise<ExecutionNote>;
  /** Notes that an execution has ended. Returns what is known of it, so on which story it waited. */
  noteEnd(executionName: string, end: { endedAs: string; run: number; keptUntil: Date }): Promise<ExecutionNote>;
  /** Stores a wait. Changes nothing when this attempt, or a newer one, is stored already. */
  putWait(wait: Wait): Promise<void>;
  wait(key: Pick<Wait, 'jiraStoryId' | 'executionName'>): Promise<Wait | undefined>;
  /** Every wait on the story, also those that have ended. */
  waitsOn(story: StoryKey): Promise<Linked & { waits: Wait[] }>;
  /** Every callback for the story that is still kept. */
  callbacksFor(story: StoryKey): Promise<Linked & { callbacks: CallbackRecord[] }>;
  /** Lets who reads `from` know that the issue has the key `to` as well. */
  link(from: StoryKey, to: StoryKey, at: Date): Promise<void>;

  /** Makes the callback this wait's one decision; false when it is decided otherwise, or when `votes` do not continue its own. */
  claim(wait: WaitKey, callback: Callback, votes: readonly Vote[], at: Date): Promise<boolean>;
  /** Adds an approval that does not decide yet; false when the wait has ended or has got another one meanwhile. */
  vote(wait: WaitKey, votes: readonly Vote[]): Promise<boolean>;
  /** Closes a wait that the callback has claimed but could not answer. */
  expire(wait: WaitKey, callback: Callback, endedAs: string): Promise<void>;
  /** Closes a wait that nobody has answered; false when somebody has, or when it waits with another token. */
  close(wait: WaitKey, endedAs: string): Promise<boolean>;
  /** Shows on a wait that a decision does not count for it. */
  noteNotAdmitted(wait: WaitKey, decision: NonNullable<Wait['notAdmitted']>): Promise<void>;
  /** Shows on a wait that its issue has another key now. */
  noteMoved(wait: WaitKey, to: StoryKey): Promise<void>;

  /** Stores the callback as `ACCEPTED`; returns false, and changes nothing, when it is known. */
  recordCallback(callback: Callback, at: Date): Promise<boolean>;
  callback(story: StoryKey, callbackId: string): Promise<CallbackRecord | undefined>;
  /** Replaces what is recorded of a callback; false when someone else has changed it since it was read. */
  saveCallback(seen: CallbackRecord, next: CallbackState): Promise<boolean>;
}

/** The part of a callback's record that changes. */
export interface CallbackState {
  disposition: Disposition;
  answers: readonly Answer[];
  finishedAt?: string | undefined;
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
  return answers
    .filter((answer) => answer.result === 'RELAYED')
    .map((answer) => answer.executionName)
    .sort();
}

/** A callback as it is first recorded. */
export function acceptedRecord(callback: Callback): CallbackRecord {
  return { ...callback, disposition: 'ACCEPTED', answers: [], answered: [], revision: 0 };
}

/** Whether the announced run of an execution has ended; a redriven execution waits again. */
export function hasEnded({ endedRun }: ExecutionNote, attempt = 0): boolean {
  return endedRun !== undefined && endedRun >= runOf(attempt);
}

/** Attempts of one run stay below this: the state machine retries 8 times. */
const ATTEMPTS_A_RUN = 100;

/** Numbers the attempts of an execution to wait: over its retries, and over its redrives. */
export function attemptOf(redrives: number, retries: number): number {
  return redrives * ATTEMPTS_A_RUN + retries;
}

function runOf(attempt: number): number {
  return Math.floor(attempt / ATTEMPTS_A_RUN);
}
