import { AwsError } from '../../gateway/aws-error.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { type Actions, type ApiContext, executionOf, permission } from './context.ts';
import { Input, seconds } from './input.ts';

/** RedriveExecution: runs an execution on from where it failed, was stopped or timed out. */
export function redriveActions(context: ApiContext): Actions {
  return {
    RedriveExecution: {
      requires: ({ executionArn }) => permission('RedriveExecution', executionArn),
      run: (input) => redrive(context, new Input(input).text('executionArn')),
    },
  };
}

/** How long after its end an execution may be redriven: 14 days. */
const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

async function redrive(context: ApiContext, arn: string): Promise<object> {
  const { clock, executions, executor } = context;
  await executor.atRest(executionOf(context, arn).id); // its end may just be being stored
  const row = executionOf(context, arn);
  const { redriveStatus: status, redriveStatusReason: reason } = redriveStatus(row);
  if (status === 'NOT_REDRIVABLE') throw notRedrivable(reason ?? 'Execution cannot be redriven');
  const now = clock.now();
  if (now - (row.stopped ?? 0) > REDRIVABLE_MS) throw notRedrivable('Execution redrive period exceeded');
  executions.reopen(row.id, now);
  await executor.signal(row.id, { type: 'redrive' });
  return { redriveDate: seconds(now) };
}

function notRedrivable(reason: string): AwsError {
  return new AwsError('ExecutionNotRedrivable', reason);
}

/** As DescribeExecution shows it. */
export function redriveStatus({ status }: ExecutionRow): { redriveStatus: string; redriveStatusReason?: string } {
  if (status === 'RUNNING' || status === 'SUCCEEDED')
    return {
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: `Execution is ${status} and cannot be redriven`,
    };
  return { redriveStatus: 'REDRIVABLE' };
}
