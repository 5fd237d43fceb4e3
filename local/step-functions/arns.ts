import { AwsError } from '../gateway/aws-error.ts';

/** Account and region of everything local. */
const PREFIX = 'arn:aws:states:us-east-1:000000000000';

export function machineArn(name: string): string {
  return `${PREFIX}:stateMachine:${name}`;
}

export function executionArn(machine: string, name: string): string {
  return `${PREFIX}:execution:${machine}:${name}`;
}

/** Executions of EXPRESS machines have a kind of ARN of their own. */
export function expressArn(machine: string, name: string, id: string): string {
  return `${PREFIX}:express:${machine}:${name}:${id}`;
}

export function isExpress(executionArn: string): boolean {
  return executionArn.startsWith(`${PREFIX}:express:`);
}

/** A machine's ARN taken apart. */
export interface MachineArn {
  /** Without version or alias. Its account and region are those that were named: elsewhere nothing is found. */
  machine: string;
  name: string;
  /** The version or alias. */
  qualifier?: string;
}

/** @throws AwsError InvalidArn; ValidationException for a Map state within the machine */
export function splitMachineArn(arn: string): MachineArn {
  const { prefix, rest } = resourceOf(arn, ['stateMachine']);
  const [, name = '', qualifier] = /^([^:]+)(?::([^:]+))?$/.exec(rest) ?? [];
  if (name === '') throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (name.includes('/')) throw labelled(arn);
  return { machine: `${prefix}${name}`, name, ...(qualifier !== undefined && { qualifier }) };
}

/** @throws AwsError InvalidArn for anything but an execution's ARN */
export function checkExecutionArn(arn: string): void {
  resourceOf(arn, ['execution', 'express']);
}

/** @throws AwsError InvalidArn for anything but the ARN of what may have tags */
export function checkTaggableArn(arn: string): void {
  resourceOf(arn, ['stateMachine', 'activity']);
}

/** Refuses what is no ARN of one of these types of resource. */
function resourceOf(arn: string, types: readonly string[]): { prefix: string; rest: string } {
  const [, prefix = '', type = '', rest = ''] = /^(arn:[\w-]+:states:[\w-]*:\d*:(\w+):)(.+)$/.exec(arn) ?? [];
  if (prefix === '') throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (!types.includes(type)) throw invalidArn(`Resource type not valid in this context: ${type}`);
  return { prefix, rest };
}

function invalidArn(problem: string): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: '${problem}'`);
}

/** Map runs have these ARNs, and only distributed Map states have runs. */
function labelled(arn: string): AwsError {
  const details = { reason: 'API_DOES_NOT_SUPPORT_LABELED_ARNS' };
  return new AwsError('ValidationException', `The ARN of a Map state is not supported: '${arn}'`, { details });
}
