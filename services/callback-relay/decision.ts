import type { Callback } from '../shared/callback.ts';
import type { Vote } from './records.ts';

/** What the waiting task gets; the workflow's result shows it. `decisions` are all answers where several were asked for. */
export type Decision = Omit<Callback, 'schemaVersion' | 'movedFrom'> & { decisions?: readonly Vote[] };

/** SendTaskFailure takes a cause of at most so many characters; SendTaskSuccess an output of 256 KiB. */
const LONGEST_CAUSE = 32_768;
const CUT = '… [cut]';

/** The callback without what only its envelope or its record needs. */
export function decisionOf(callback: Callback, votes: readonly Vote[]): Decision {
  const { callbackId, jiraStoryId, issueId, outcome, actor, message, source, receivedAt, decidedAt, jira } = callback;
  return {
    ...{ callbackId, jiraStoryId, outcome, actor, message, source, receivedAt, decidedAt, jira },
    ...(issueId !== undefined && { issueId }),
    ...(votes.length > 0 && { decisions: votes }),
  };
}

/**
 * A decision as the cause of a failure. The webhook cuts comments at 10,000 characters, but some of them need six in JSON:
 * then the comment is cut further, and at last the votes go. What was decided and by whom always stays.
 */
export function causeOf(decision: Decision): string {
  const { decisions, message, ...rest } = decision;
  const shorter = (length: number) => `${message.slice(0, length).toWellFormed()}${CUT}`;
  const candidates = [decision, { ...decision, message: shorter(2_000) }, { ...rest, message: shorter(2_000) }];
  const texts = candidates.map((candidate) => JSON.stringify(candidate));
  return texts.find((text) => text.length <= LONGEST_CAUSE) ?? JSON.stringify({ ...rest, message: CUT });
}
