import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Patient } from './check.ts';

/** Enough to see a pattern, few enough for Step Functions' limits (ListExecutions 5, DescribeExecution 15 a second). */
const LOOKED_AT = 10;

/** An execution that failed lately. */
export interface Failure {
  name: string;
  error: string;
  cause: string;
}

const read = new WeakMap<Patient, Promise<Failure[]>>();

/** The last failed executions whose error or cause matches. Read once for all checks. */
export async function failuresWith(patient: Patient, pattern: RegExp): Promise<Failure[]> {
  const failures = read.get(patient) ?? recentFailures(patient);
  read.set(patient, failures);
  return (await failures).filter(({ error, cause }) => pattern.test(`${error} ${cause}`));
}

async function recentFailures({ target, stack }: Patient): Promise<Failure[]> {
  const sfn = new SFNClient(target.settings);
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({
      stateMachineArn: stack.output('StateMachineArn'),
      statusFilter: 'FAILED',
      maxResults: LOOKED_AT,
    }),
  );
  return Promise.all(
    executions.map(async ({ executionArn, name = '' }) => {
      const { error = '', cause = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return { name, error, cause };
    }),
  );
}
