import { type ExecutionListItem, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { pendingWaits } from '../../cli/gates/pending-waits.ts';
import type { Gate } from '../../cli/session.ts';
import { GATE_USD } from '../../infra/gate-cost.ts';
import { logFacts } from './activity.ts';

/** Figures for the plots. Times are ISO 8601, UTC. */
export interface Overview {
  waiting: number;
  oldest?: { jiraStoryId: string; executionName: string; waitingSince: string };
  /** Executions of this month, by how they stand. */
  month: { since: string; total: number; byStatus: Record<string, number>; complete: boolean };
  /** Executions of the last day or of the last two weeks, by when they started. */
  hours: Bucket[];
  days: Bucket[];
  /** How long decisions took, seconds: newest last. */
  decisionSeconds: number[];
  /** In which state the failed ones failed. */
  failures: { state: string; error: string; count: number }[];
  /** An estimate: as if each execution of the month had been an approved gate. */
  cost: { usd: number; perGateUsd: number };
}

export interface Bucket {
  at: string;
  succeeded: number;
  failed: number;
  running: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** ListExecutions gives 1,000 a page and allows few calls a second. */
const MOST_PAGES = 10;

/** Reads what the overview shows. */
export async function overview(gate: Gate, now: Date): Promise<Overview> {
  const monthStart = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const since = new Date(Math.min(monthStart.getTime(), now.getTime() - 14 * DAY));
  const [waits, { executions, complete }, lines] = await Promise.all([
    pendingWaits(gate, {}, now),
    executionsSince(gate, since),
    logFacts(gate, 'outputs', '{ $.message = "written" }', new Date(now.getTime() - 14 * DAY)),
  ]);
  const ofMonth = executions.filter(({ startDate }) => (startDate ?? now) >= monthStart);
  const [oldest] = waits;
  return {
    waiting: waits.length,
    ...(oldest && { oldest }),
    month: { since: monthStart.toISOString(), total: ofMonth.length, byStatus: counted(ofMonth), complete },
    hours: buckets(executions, now, HOUR, 24),
    days: buckets(executions, now, DAY, 14),
    decisionSeconds: lines.flatMap(({ operation, decisionSeconds }) =>
      operation !== 'result' && decisionSeconds !== undefined ? [decisionSeconds] : [],
    ),
    failures: failuresIn(lines),
    cost: { usd: ofMonth.length * GATE_USD, perGateUsd: GATE_USD },
  };
}

async function executionsSince({ target, stack }: Gate, since: Date) {
  const client = new SFNClient(target.settings);
  const stateMachineArn = stack.output('StateMachineArn');
  const executions: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000, nextToken }));
    executions.push(...(answer.executions ?? []));
    nextToken = answer.nextToken;
    const oldest = executions.at(-1)?.startDate;
    if (!nextToken || (oldest && oldest < since)) return { executions, complete: true };
  }
  return { executions, complete: false };
}

function counted(executions: readonly ExecutionListItem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status = 'UNKNOWN' } of executions) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function buckets(executions: readonly ExecutionListItem[], now: Date, size: number, count: number): Bucket[] {
  const end = (Math.floor(now.getTime() / size) + 1) * size;
  return Array.from({ length: count }, (_, index) => {
    const from = end - (count - index) * size;
    const inside = counted(
      executions.filter(({ startDate }) => {
        const at = startDate?.getTime() ?? 0;
        return at >= from && at < from + size;
      }),
    );
    const { SUCCEEDED: succeeded = 0, RUNNING: running = 0, ...ended } = inside;
    return {
      at: new Date(from).toISOString(),
      succeeded,
      running,
      failed: Object.values(ended).reduce((sum, each) => sum + each, 0),
    };
  });
}

function failuresIn(
  lines: readonly { operation?: string | undefined; state?: string | undefined; error?: string | undefined }[],
) {
  const counts = new Map<string, { state: string; error: string; count: number }>();
  for (const { operation, state = 'unknown', error = 'unknown' } of lines) {
    if (operation !== 'error') continue;
    const known = counts.get(`${state} ${error}`) ?? { state, error, count: 0 };
    counts.set(`${state} ${error}`, { ...known, count: known.count + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
