import type { GateEntry } from '../../server/recent-gates.ts';
import type { Json } from '../connection/json.ts';
import { searchFor } from '../layout/search.ts';

export type GateRow = Json<GateEntry>;
export type SortField = 'jiraStoryId' | 'waitingSince' | 'expiresAt' | 'executionName';
export type Show = 'waiting' | 'ended' | 'all';

/** The gates that are to be shown, those that wait first. */
export function gateRows(
  gates: readonly GateRow[],
  options: { search: string; show: Show; sort: SortField; descending: boolean },
): GateRow[] {
  const matches = searchFor(options.search);
  const waits = (gate: GateRow) => gate.status === 'WAITING';
  const direction = options.descending ? -1 : 1;
  return gates
    .filter((gate) => options.show === 'all' || waits(gate) === (options.show === 'waiting'))
    .filter((gate) => matches(textOf(gate)))
    .sort((a, b) => {
      if (waits(a) !== waits(b)) return waits(a) ? -1 : 1;
      const [left, right] = [a[options.sort], b[options.sort]];
      return (left < right ? -1 : left > right ? 1 : 0) * direction;
    });
}

function textOf({ jiraStoryId, movedTo, executionName, actor, message }: GateRow): string {
  return [jiraStoryId, movedTo, executionName, actor?.displayName, message].join(' ');
}
