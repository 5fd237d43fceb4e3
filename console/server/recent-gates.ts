import { type PendingWait, pendingWaits } from '../../cli/gates/pending-waits.ts';
import { type StoredWait, storyRecords } from '../../cli/gates/story-records.ts';
import type { Gate } from '../../cli/session.ts';
import { logFacts } from './activity.ts';

/** A gate as the list shows it: what waits, and what was decided or gave up lately. Never with its task token. */
export type GateEntry = PendingWait & Partial<StoredWait> & { status: string };

const RECENT_MS = 24 * 3_600_000;
const MOST_RECENT = 200;

/** Lists gates: everything that waits, then what has ended in the last day. What has ended does not change, so it is read once. */
export function gateList(): (gate: Gate, now: Date) => Promise<GateEntry[]> {
  const ended = new Map<string, GateEntry>();
  return async (gate, now) => {
    const [pending, lines] = await Promise.all([
      pendingWaits(gate, {}, now),
      logFacts(
        gate,
        'outputs',
        '{ $.operation = "log" || $.operation = "error" }',
        new Date(now.getTime() - RECENT_MS),
      ),
    ]);
    const waiting = new Set(pending.map(({ executionName }) => executionName));
    const recent = new Map(
      lines
        .slice(-MOST_RECENT)
        .flatMap(({ executionId, jiraStoryId }) =>
          executionId && jiraStoryId && !waiting.has(executionId) ? [[executionId, jiraStoryId]] : [],
        ),
    );
    const unknown = new Set([...recent].filter(([name]) => !ended.has(name)).map(([, story]) => story));
    for (const { waits } of await Promise.all([...unknown].map((story) => storyRecords(gate, story))))
      for (const wait of waits) if (wait.status !== 'WAITING') ended.set(wait.executionName, wait);
    const shown = [...recent.keys()].flatMap((name) => ended.get(name) ?? []);
    return [...pending.map((wait) => ({ ...wait, status: 'WAITING' })), ...shown];
  };
}
