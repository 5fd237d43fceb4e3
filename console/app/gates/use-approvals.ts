import type { Approvals } from '../../../cli/gates/approvals.ts';
import type { Json } from '../connection/json.ts';
import { useLive } from '../connection/use-live.ts';
import type { GateRow } from './gate-rows.ts';

export type LiveApprovals = Readonly<Record<string, Json<Approvals>>>;

/** Who has answered the gates that are shown and ask for several answers, by execution, live. */
export function useApprovals(gates: readonly GateRow[]): LiveApprovals {
  const stories = gates
    .filter(({ status, quorum = 1 }) => status === 'WAITING' && quorum > 1)
    .map(({ jiraStoryId }) => `story=${encodeURIComponent(jiraStoryId)}`);
  const path = stories.length > 0 ? `/api/live/approvals?${[...new Set(stories)].sort().join('&')}` : undefined;
  return useLive<LiveApprovals>(path).value ?? {};
}
