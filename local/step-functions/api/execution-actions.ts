import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { type Actions, type ApiContext, executionOf, permission } from './context.ts';
import { Input, seconds } from './input.ts';
import { loggingConfiguration, revisionIdOf } from './machine-actions.ts';
import { decodeToken, encodeToken } from './page-token.ts';
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
      run: (input) => list(context, new Input(input)),
    },
    StopExecution: {
      requires: ({ executionArn }) => permission('StopExecution', executionArn),
      run: (input) => stop(context, new Input(input)),
    },
    DescribeStateMachineForExecution: {
      requires: ({ executionArn }) => permission('DescribeStateMachineForExecution', executionArn),
      run: (input) => describeMachine(context, new Input(input).text('executionArn')),
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
  const { id } = starter.start(request);
  const row = await executor.ended(id);
  const status = row.status === 'ABORTED' ? 'FAILED' : row.status;
  return { ...outcome(row), status, billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 } };
}

function describe(context: ApiContext, input: Input): object {
  const row = executionOf(context, input.text('executionArn'));
  return {
    ...outcome(row),
    ...qualifiers(row),
    redriveCount: row.redrive_count,
    ...(row.redriven !== null && { redriveDate: seconds(row.redriven) }),
    ...redriveStatus(context, row),
  };
}

/** What DescribeExecution and StartSyncExecution have in common. */
function outcome(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started),
    ...(row.stopped !== null && { stopDate: seconds(row.stopped) }),
    input: row.input,
    inputDetails: { included: true },
    ...(row.output !== null && { output: row.output, outputDetails: { included: true } }),
    ...(row.error !== null && { error: row.error }),
    ...(row.cause !== null && { cause: row.cause }),
    ...(row.trace !== null && { traceHeader: row.trace }),
  };
}

function qualifiers(row: ExecutionRow): object {
  return {
    ...(row.version !== null && { stateMachineVersionArn: row.version }),
    ...(row.alias !== null && { stateMachineAliasArn: row.alias }),
  };
}

const STATUSES = ['', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;

function list({ machines, executions }: ApiContext, input: Input): object {
  const arn = input.text('stateMachineArn');
  const machine = machines.get(arn);
  if (machine.type === 'EXPRESS')
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  const limit = input.pageSize(100, 1000);
  const status = input.choice('statusFilter', STATUSES);
  const pages = `ListExecutions ${arn} ${status}`;
  const cursor = decodeToken(pages, input.optionalText('nextToken'));
  const rows = executions.list(machine.arn, {
    limit: limit + 1,
    ...(status !== '' && { status }),
    ...(splitMachineArn(arn).qualifier !== undefined && { qualifier: arn }),
    ...(cursor !== undefined && { before: Number(cursor) }),
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.id : undefined;
  return { executions: page.map(summary), ...(last !== undefined && { nextToken: encodeToken(pages, last) }) };
}

function summary(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started),
    ...(row.stopped !== null && { stopDate: seconds(row.stopped) }),
    ...qualifiers(row),
    redriveCount: row.redrive_count,
    ...(row.redriven !== null && { redriveDate: seconds(row.redriven) }),
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

function describeMachine(context: ApiContext, arn: string): object {
  const row = executionOf(context, arn);
  const { revision } = context.programs.revision(row.revision);
  return {
    stateMachineArn: row.machine,
    name: row.machine.split(':').at(-1),
    definition: revision.definition,
    roleArn: revision.role,
    updateDate: seconds(revision.updated),
    loggingConfiguration: loggingConfiguration(revision.logging),
    tracingConfiguration: { enabled: revision.tracing === 1 },
    ...revisionIdOf(revision),
  };
}
