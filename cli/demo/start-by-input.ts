import { randomUUID } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ExecutionReference } from '../executions/reference.ts';
import type { Gate } from '../session.ts';

/** Starts a workflow with an input, as `aws stepfunctions start-execution` does. */
export async function startByInput({ target, stack }: Gate, input: object): Promise<ExecutionReference> {
  const name = `demo-${randomUUID()}`;
  const { executionArn = '' } = await new SFNClient(target.settings).send(
    new StartExecutionCommand({ stateMachineArn: stack.output('StateMachineArn'), name, input: JSON.stringify(input) }),
  );
  return { arn: executionArn, name };
}
