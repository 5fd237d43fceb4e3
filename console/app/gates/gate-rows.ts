import type { GateEntry } from '../../server/recent-gates.ts';
import type { Json } from '../connection/json.ts';

export type GateRow = Json<GateEntry>;
export type SortField = 'jiraStoryId' | 'waitingSince' | 'expiresAt' | 'executionName';
export type Show = 'waiting' | 'ended' | 'all';

/** The gates that are to be shown, those that wait first. */
export function gateRows(
  gates: readonly GateRow[],
  options: { search: string; show: Show; sort: SortField; descending: boolean },
): GateRow[] {
  const words = options.search.toLowerCase().split(/\s+/).filter(Boolean);
  const waits = (gate: GateRow) => gate.status === 'WAITING';
  const direction = options.descending ? -1 : 1;
  return gates
    .filter((gate) => options.show === 'all' || waits(gate) === (options.show === 'waiting'))
    .filter((gate) => words.every((word) => textOf(gate).includes(word)))
    .sort((a, b) => {
      if (waits(a) !== waits(b)) return waits(a) ? -1 : 1;
      const [left, right] = [a[options.sort], b[options.sort]];
      return (left < right ? -1 : left > right ? 1 : 0) * direction;
    });
}

function textOf({ jiraStoryId, executionName, actor, message }: GateRow): string {
  return [jiraStoryId, executionName, actor?.displayName, message].join(' ').toLowerCase();
}
