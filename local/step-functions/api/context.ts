import type { Clock } from '../../clock.ts';
import type { Database } from '../../database.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { JsonAction } from '../../gateway/service.ts';
import type { Requirement } from '../../iam/principal.ts';
import { checkExecutionArn, splitMachineArn } from '../arns.ts';
import type { Executor } from '../executor.ts';
import type { Machines } from '../machines.ts';
import type { Programs } from '../programs.ts';
import type { Starter } from '../starter.ts';
import type { ExecutionRow, ExecutionStore } from '../store/executions.ts';
import type { MachineStore } from '../store/machines.ts';
import type { RedriveStore } from '../store/redrives.ts';

/** What the API's actions work on. */
export interface ApiContext {
  clock: Clock;
  database: Database;
  machines: Machines;
  machineStore: MachineStore;
  executions: ExecutionStore;
  redrives: RedriveStore;
  programs: Programs;
  executor: Executor;
  starter: Starter;
}

/** Actions of the API by name. */
export type Actions = Readonly<Record<string, JsonAction>>;

/** The execution of an ARN. Throws `InvalidArn` and `ExecutionDoesNotExist`, and refuses those of EXPRESS machines as the service does. */
export function executionOf({ executions, machineStore }: ApiContext, arn: string): ExecutionRow {
  checkExecutionArn(arn);
  const row = executions.byArn(arn);
  if (!row) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  if (machineStore.get(row.machine)?.type !== 'EXPRESS') return row;
  throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
}

/** A machine's own ARN. Throws `ValidationException` for that of a version or an alias. */
export function unqualified(arn: string): string {
  const { machine, qualifier } = splitMachineArn(arn);
  if (qualifier === undefined) return machine;
  throw new AwsError('ValidationException', `The ARN of a version or an alias is not supported: '${arn}'`);
}

export function notFound(arn: string): AwsError {
  const message = `Request references a resource that does not exist: '${arn}'`;
  return new AwsError('ResourceNotFound', message, { details: { resourceName: arn } });
}

/**
 * The single permission that most actions need. Versions and aliases are authorized by their machine's ARN; the qualifier is a
 * condition key (https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html).
 */
export function permission(action: string, resource: unknown): Requirement[] {
  if (typeof resource !== 'string' || resource === '') return [{ action: `states:${action}`, resource: '*' }];
  const [, machine, qualifier] = QUALIFIED_MACHINE.exec(resource) ?? [];
  if (!machine || !qualifier) return [{ action: `states:${action}`, resource }];
  return [{ action: `states:${action}`, resource: machine, context: { 'states:statemachinequalifier': qualifier } }];
}

const QUALIFIED_MACHINE = /^(arn:[^:]*:states:[^:]*:[^:]*:stateMachine:[^:]+):([^:]+)$/;
