import type { Gate } from '../session.ts';
import type { PendingWait } from './pending-waits.ts';
import { type StoredWait, storyRecords } from './story-records.ts';

/** Who has answered a gate that asks for several answers, so far. */
export type Approvals = Pick<StoredWait, 'votes' | 'approvers'>;

/** A wait with its answers so far, where it asks for more than one. */
export type CountedWait = PendingWait & Approvals;

/** The answers so far to the gates of stories, by execution. The index of what waits does not have them. */
export async function approvalsOf(gate: Gate, stories: readonly string[]): Promise<Map<string, Approvals>> {
  const records = await Promise.all([...new Set(stories)].map((story) => storyRecords(gate, story)));
  return new Map(
    records
      .flatMap((record) => record.waits)
      .map(({ executionName, votes = [], approvers }) => [executionName, { votes, ...(approvers && { approvers }) }]),
  );
}

/** Adds their answers so far to waits that ask for more than one. */
export async function withApprovals(gate: Gate, waits: readonly PendingWait[]): Promise<CountedWait[]> {
  const several = waits.filter(({ quorum = 1 }) => quorum > 1);
  const approvals = await approvalsOf(
    gate,
    several.map(({ jiraStoryId }) => jiraStoryId),
  );
  return waits.map((wait) => ({ ...wait, ...((wait.quorum ?? 1) > 1 && approvals.get(wait.executionName)) }));
}

/** How many have answered a gate, and who: `1 of 2: Ada approved`; undefined where one answer is enough. */
export function progressOf({ quorum = 1, votes = [] }: Pick<StoredWait, 'quorum' | 'votes'>): string | undefined {
  if (quorum === 1) return undefined;
  const approvals = votes.filter(({ outcome }) => outcome === 'success').length;
  const who = votes.map(
    ({ actor, outcome }) => `${actor.displayName} ${outcome === 'success' ? 'approved' : 'rejected'}`,
  );
  return [`${approvals} of ${quorum}`, who.join(', ')].filter(Boolean).join(': ');
}
