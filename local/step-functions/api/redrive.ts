import { AwsError } from '../../gateway/aws-error.ts';
import { MAX_EVENTS } from '../engine/history.ts';
import { YEAR_SECONDS } from '../engine/lifetime.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { type Actions, type ApiContext, executionOf, permission } from './context.ts';
import { Input, seconds } from './input.ts';

/** RedriveExecution: runs an execution on from where it failed, was stopped or timed out. */
export function redriveActions(context: ApiContext): Actions {
  return {
    RedriveExecution: {
      requires: ({ executionArn }) => permission('RedriveExecution', executionArn),
      run: (input) => redrive(context, new Input(input)),
    },
  };
}

async function redrive(context: ApiContext, input: Input): Promise<object> {
  const { clock, database, executions, executor, redrives } = context;
  const arn = input.text('executionArn');
  await executor.atRest(executionOf(context, arn).id); // its end may just be being stored
  const row = executionOf(context, arn);
  const token = input.optionalText('clientToken');
  const now = clock.now();
  const before = token === undefined ? undefined : redrives.find(row.id, token, now);
  if (before !== undefined) {
    await database.committed(); // the same request may be under way
    return { redriveDate: seconds(before) };
  }
  const { redriveStatusReason: reason } = redriveStatus(context, row);
  if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
  if (token !== undefined) redrives.add(row.id, token, now);
  executions.reopen(row.id, now);
  await executor.signal(row.id, { type: 'redrive' });
  return { redriveDate: seconds(now) };
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long after its end an execution may be redriven. */
const REDRIVABLE_MS = 14 * DAY_MS;
/** What is recorded of a redrive at the least: that it was, and one event more. */
const LEAST_EVENTS = 2;

/** As DescribeExecution shows it: REDRIVABLE, or why RedriveExecution would refuse. */
export function redriveStatus(
  context: ApiContext,
  row: ExecutionRow,
): { redriveStatus: string; redriveStatusReason?: string } {
  const reason = obstacle(context, row);
  if (reason === undefined) return { redriveStatus: 'REDRIVABLE' };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
}

/** In AWS's words. */
function obstacle({ clock, executions, machineStore }: ApiContext, row: ExecutionRow): string | undefined {
  const { id, machine, status, started, stopped } = row;
  const now = clock.now();
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (!machineStore.get(machine)) return 'State machine is in DELETING status';
  if (now - (stopped ?? now) > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  if (now - started > YEAR_SECONDS * 1000) return 'Execution has exceeded the max execution time';
  if (executions.lastEvent(id) + LEAST_EVENTS > MAX_EVENTS) return 'Execution history event limit exceeded';
  return undefined;
}
