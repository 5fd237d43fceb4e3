import { setTimeout } from 'node:timers/promises';
import type { HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { eventsOf } from './executions/history.ts';

/** What happened to an execution, in the words its users have for it. `at` is when, `tookMs` how long a state ran. */
export type Progress =
  | { kind: 'finished'; state: string; at: Date; tookMs: number }
  | { kind: 'waiting'; state: string; at: Date }
  | { kind: 'failed'; state: string; at: Date; error: string }
  | {
      kind: 'ended';
      status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
      at: Date;
      error?: string;
      cause?: string;
    };

export interface FollowOptions {
  /** How often the execution is asked for news; 20 ms unless given, which only the local run allows. */
  pollMs?: number;
  /** Ends with an `AbortError`. */
  signal?: AbortSignal;
  /** Skips what had happened before this event, for an execution that goes on. */
  afterEvent?: number;
}

const ENDINGS = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
} as const;

/** The events of one execution so far, by id. */
type History = ReadonlyMap<number, HistoryEvent>;

/** Follows an execution from its start to its end, yielding each step once, as the history grows. */
export async function* follow(
  sfn: SFNClient,
  executionArn: string,
  { pollMs = 20, signal, afterEvent = 0 }: FollowOptions = {},
): AsyncGenerator<Progress> {
  const history = new Map<number, HistoryEvent>();
  for (;;) {
    for (const event of await eventsOf(sfn, executionArn)) {
      if (event.id === undefined || history.has(event.id)) continue;
      history.set(event.id, event);
      const progress = event.id > afterEvent ? progressOf(event, history) : undefined;
      if (progress) yield progress;
      if (progress?.kind === 'ended') return;
    }
    await setTimeout(pollMs, undefined, signal ? { signal } : {});
  }
}

function progressOf(event: HistoryEvent, history: History): Progress | undefined {
  const at = event.timestamp ?? new Date(0);
  const exited = event.stateExitedEventDetails?.name;
  const entered = enteredEvent(event, history, exited);
  const state = entered?.stateEnteredEventDetails?.name ?? 'unknown state';
  if (exited) return { kind: 'finished', state, at, tookMs: at.getTime() - (entered?.timestamp ?? at).getTime() };
  if (event.type === 'TaskSubmitted') return { kind: 'waiting', state, at };
  const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
  if (failed) return { kind: 'failed', state, at, error: failed.error ?? 'unknown error' };
  return ending(event, at);
}

function ending(event: HistoryEvent, at: Date): Progress | undefined {
  const status = Object.entries(ENDINGS).find(([type]) => type === event.type)?.[1];
  if (!status) return undefined;
  const { error, cause } =
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails ??
    {};
  return { kind: 'ended', status, at, ...(error && { error }), ...(cause && { cause }) };
}

/** Where the state that an event belongs to was entered: back along `previousEventId`, to `name` if given. */
function enteredEvent(event: HistoryEvent, history: History, name?: string): HistoryEvent | undefined {
  let at: HistoryEvent | undefined = event;
  while (at) {
    const entered = at.stateEnteredEventDetails?.name;
    if (entered && (!name || entered === name)) return at;
    at = history.get(at.previousEventId ?? 0);
  }
  return undefined;
}
