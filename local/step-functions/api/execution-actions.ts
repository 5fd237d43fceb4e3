import { AwsError } from '../../gateway/aws-error.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { type Actions, type ApiContext, executionOf, permission } from './context.ts';
import { describeMachineOf, includesData } from './describe-machine.ts';
import { Input, seconds } from './input.ts';

import { listExecutions, qualifiers } from './list-executions.ts';
import { redriveStatus } from './redrive.ts';

/** StartExecution, StartSyncExecution, DescribeExecution, ListExecutions, StopExecution, DescribeStateMachineForExecution. */
export function executionActions(context: ApiContext): Actions {
  return {
    StartExecution: {
      requires: ({ stateMachineArn }) => permission('StartExecution', stateMachineArn),
      run: (input) => start(context, new Input(input)),
    },
    StartSyncExecution: {
      requires: ({ stateMachineArn }) => permission('StartSyncExecution', stateMachineArn),
      run: (input) => startSync(context, new Input(input)),
    },
    DescribeExecution: {
      requires: ({ executionArn }) => permission('DescribeExecution', executionArn),
      run: (input) => describe(context, new Input(input)),
    },
    ListExecutions: {
      requires: ({ stateMachineArn }) => permission('ListExecutions', stateMachineArn),
      run: (input) => listExecutions(context, new Input(input)),
    },
    StopExecution: {
      requires: ({ executionArn }) => permission('StopExecution', executionArn),
      run: (input) => stop(context, new Input(input)),
    },
    DescribeStateMachineForExecution: {
      requires: ({ executionArn }) => permission('DescribeStateMachineForExecution', executionArn),
      run: (input) => describeMachineOf(context, new Input(input)),
    },
  };
}

function requestOf(input: Input) {
  return {
    stateMachineArn: input.text('stateMachineArn'),
    name: input.optionalText('name'),
    input: input.optionalText('input'),
    traceHeader: input.optionalText('traceHeader'),
  };
}

async function start({ starter, database }: ApiContext, input: Input): Promise<object> {
  const { arn, started } = starter.start(requestOf(input));
  await database.committed();
  return { executionArn: arn, startDate: seconds(started) };
}

async function startSync({ starter, executor, machines }: ApiContext, input: Input): Promise<object> {
  const request = requestOf(input);
  if (machines.get(request.stateMachineArn).type !== 'EXPRESS')
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  const includesAll = includesData(input);
  const { id } = starter.start(request);
  const row = await executor.ended(id);
  const status = row.status === 'ABORTED' ? 'FAILED' : row.status;
  return {
    ...outcome(row, includesAll),
    status,
    billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
  };
}

function describe(context: ApiContext, input: Input): object {
  const row = executionOf(context, input.text('executionArn'));
  return {
    ...outcome(row, includesData(input)),
    ...qualifiers(row),
    redriveCount: row.redrive_count,
    ...(row.redriven !== null && { redriveDate: seconds(row.redriven) }),
    ...redriveStatus(context, row),
  };
}

/** What DescribeExecution and StartSyncExecution have in common. */
function outcome(row: ExecutionRow, included: boolean): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started),
    ...(row.stopped !== null && { stopDate: seconds(row.stopped) }),
    inputDetails: { included },
    ...(row.output !== null && { outputDetails: { included } }),
    ...(included && data(row)),
    ...(row.trace !== null && { traceHeader: row.trace }),
  };
}

function data({ input, output, error, cause }: ExecutionRow): object {
  return {
    input,
    ...(output !== null && { output }),
    ...(error !== null && { error }),
    ...(cause !== null && { cause }),
  };
}

/** An execution that has ended stays as it is; the answer is the time it ended. */
async function stop(context: ApiContext, input: Input): Promise<object> {
  const arn = input.text('executionArn');
  const row = executionOf(context, arn);
  const error = input.optionalText('error');
  const cause = input.optionalText('cause');
  if (row.status === 'RUNNING') await context.executor.signal(row.id, { type: 'stop', error, cause });
  const { stopped } = executionOf(context, arn);
  return { stopDate: seconds(stopped ?? context.clock.now()) };
}
