import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import type { ExecutionRow } from '../store/executions.ts';
import { type ApiContext, notFound } from './context.ts';
import { type Input, seconds } from './input.ts';
import { decodeToken, encodeToken } from './page-token.ts';

const STATUSES = ['', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;

/** ListExecutions. */
export function listExecutions({ machines, executions }: ApiContext, input: Input): object {
  const status = input.choice('statusFilter', STATUSES);
  const arn = listedMachine(input, status === 'PENDING_REDRIVE');
  const machine = machines.get(arn);
  if (machine.type === 'EXPRESS')
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  const limit = input.pageSize(100, 1000);
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

/** Executions are listed of a machine or of a map run; only those of map runs have filters for redrives. */
function listedMachine(input: Input, pendingRedrive: boolean): string {
  const mapRun = input.optionalText('mapRunArn');
  const redriven = input.choice('redriveFilter', ['', 'REDRIVEN', 'NOT_REDRIVEN']) !== '';
  const machine = input.optionalText('stateMachineArn');
  if (machine !== undefined && mapRun !== undefined)
    throw new AwsError('ValidationException', 'Only one of stateMachineArn and mapRunArn may be given');
  if (mapRun !== undefined) throw notFound(mapRun); // distributed Map states do not run here
  if (pendingRedrive || redriven)
    throw new AwsError('ValidationException', 'PENDING_REDRIVE and redriveFilter need a mapRunArn');
  return input.text('stateMachineArn');
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

/** The version and the alias that an execution was started by. */
export function qualifiers(row: ExecutionRow): object {
  return {
    ...(row.version !== null && { stateMachineVersionArn: row.version }),
    ...(row.alias !== null && { stateMachineAliasArn: row.alias }),
  };
}
