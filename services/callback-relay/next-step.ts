import type { Callback } from '../shared/callback.ts';
import type { Answer, Vote, Wait } from './records.ts';

/** What a callback has to do at a wait. */
export type Step =
  /** Nothing: this is what it meets. */
  | { do: 'nothing'; answer: Pick<Answer, 'result' | 'because'> }
  /** Add its approval to those before. */
  | { do: 'vote'; votes: Vote[]; because: string }
  /** Decide. `votes` are all answers, its own last; empty where one answer is enough. */
  | { do: 'decide'; votes: Vote[] };

/** Jira's clock and ours may differ by this much before a decision's own time makes it too early. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;
/**
 * Longest comment of one vote among several. 20 votes × 500 characters × at most 3 bytes are 30 KB, which the output of a
 * task (256 KiB) and the record (400 KB) hold beside everything else.
 */
const LONGEST_COMMENT = 500;

/** Decides what a callback means for a wait, from what the wait's record says: rules 3 to 5, and the wait's own demands. */
export function nextStep(wait: Wait, callback: Callback): Step {
  const tooEarly = whyTooEarly(wait, callback);
  if (tooEarly) return nothing('NOT_ADMITTED', tooEarly);
  const { status, votes = [], quorum = 1, callbackId } = wait;
  if (status === 'ANSWERED' && callbackId === callback.callbackId) return { do: 'decide', votes };
  if (votes.some((vote) => vote.callbackId === callback.callbackId)) return nothing('COUNTED', progress(votes, quorum));
  if (status === 'EXPIRED') return nothing('LATE', wait.endedAs ?? 'expired');
  if (status === 'ANSWERED') return nothing('DUPLICATE', `${wait.outcome} by ${wait.callbackId} at ${wait.answeredAt}`);
  const stranger = whyNotAllowed(wait, callback);
  if (stranger) return nothing('IGNORED', stranger);
  if (quorum === 1) return { do: 'decide', votes: [] };
  return oneOfSeveral(votes, quorum, callback);
}

/** Rule 3: a decision made before the execution started (less the grace) does not count for it. */
export function admits(wait: Pick<Wait, 'admitsFrom'>, callback: Pick<Callback, 'receivedAt' | 'decidedAt'>): boolean {
  const from = Date.parse(wait.admitsFrom);
  return Date.parse(callback.receivedAt) >= from && Date.parse(callback.decidedAt) >= from - CLOCK_SKEW_MS;
}

function whyTooEarly(wait: Wait, { receivedAt, decidedAt, ...rest }: Callback): string | undefined {
  if (admits(wait, { receivedAt, decidedAt, ...rest })) return undefined;
  const made = Date.parse(decidedAt) < Date.parse(receivedAt) ? `decided ${decidedAt}, ` : '';
  return `${made}received ${receivedAt}, the execution started ${wait.startedAt}`;
}

/** A wait may name who answers it. Several answers must come from people who can be told apart. */
function whyNotAllowed({ approvers = [], quorum = 1 }: Wait, { actor }: Callback): string | undefined {
  if (actor.id === undefined && (approvers.length > 0 || quorum > 1))
    return `${actor.displayName} has no Jira account id, which this gate asks for`;
  if (approvers.length > 0 && !approvers.some((id) => id === actor.id))
    return `${actor.displayName} (${actor.id}) is not among the approvers`;
  return undefined;
}

/** A rejection ends the wait at once; an approval counts once for each person. */
function oneOfSeveral(votes: readonly Vote[], quorum: number, callback: Callback): Step {
  const all = [...votes, voteOf(callback)];
  if (callback.outcome === 'failure') return { do: 'decide', votes: all };
  const before = votes.find((vote) => vote.actor.id === callback.actor.id);
  if (before) return nothing('DUPLICATE', `${callback.actor.displayName} had approved by ${before.callbackId}`);
  return all.length >= quorum
    ? { do: 'decide', votes: all }
    : { do: 'vote', votes: all, because: progress(all, quorum) };
}

function progress(votes: readonly Vote[], quorum: number): string {
  return `${Math.min(votes.length, quorum)} of ${quorum} approvals`;
}

function voteOf(callback: Callback): Vote {
  const { callbackId, jiraStoryId, outcome, actor, message, source, receivedAt, decidedAt, jira } = callback;
  const { status, resolution } = jira;
  return {
    ...{ callbackId, jiraStoryId, outcome, actor, source, receivedAt, decidedAt },
    message: message.length > LONGEST_COMMENT ? `${message.slice(0, LONGEST_COMMENT).toWellFormed()}…` : message,
    ...(status !== undefined && { status }),
    ...(resolution !== undefined && { resolution }),
  };
}

function nothing(result: Answer['result'], because: string): Step {
  return { do: 'nothing', answer: { result, because } };
}
