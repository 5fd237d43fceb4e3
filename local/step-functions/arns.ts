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

/** A machine's ARN without its version or alias, and that version or alias. Throws `InvalidArn`. */
export function splitMachineArn(arn: string): { machine: string; name: string; qualifier?: string } {
  const match = /^arn:[\w-]+:states:[\w-]*:\d*:stateMachine:([^:]+)(?::([^:]+))?$/.exec(arn);
  const [, name = '', qualifier] = match ?? [];
  if (!match) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  return { machine: machineArn(name), name, ...(qualifier !== undefined && { qualifier }) };
}

/** The machine that an execution's ARN names. Throws `InvalidArn`. */
export function machineOfExecution(arn: string): string {
  const match = /^arn:[\w-]+:states:[\w-]*:\d*:(?:execution|express):([^:]+):/.exec(arn);
  if (!match) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  return machineArn(match[1] ?? '');
}
