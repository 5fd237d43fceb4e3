import { RedriveExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CliError } from '../errors.ts';
import type { Gate } from '../session.ts';
import type { ExecutionHistory } from './history.ts';
import { type ExecutionReference, executionNamed } from './reference.ts';

/** Lets an execution go on where it was stopped or timed out. Throws `CliError` for one that has nothing to go on with. */
export async function goOn(
  gate: Gate,
  execution: ExecutionReference,
  { execution: { status }, events }: ExecutionHistory,
): Promise<ExecutionReference> {
  if (status === 'SUCCEEDED') throw new CliError(`${execution.name} has succeeded; --restart starts it again`);
  // The workflow catches its errors, writes them down and ends in a Fail state. A redrive would only enter that state again.
  if (events.findLast((event) => event.stateEnteredEventDetails)?.type === 'FailStateEntered')
    throw new CliError(
      `${execution.name} has failed by itself and has nothing to go on with; --restart starts it again with the same input`,
    );
  await new SFNClient(gate.target.settings).send(new RedriveExecutionCommand({ executionArn: execution.arn }));
  return execution;
}

/** Starts a new execution with the same input. */
export async function restart(gate: Gate, { execution: { input } }: ExecutionHistory): Promise<ExecutionReference> {
  const { executionArn = '' } = await new SFNClient(gate.target.settings).send(
    new StartExecutionCommand({ stateMachineArn: gate.stack.output('StateMachineArn'), input }),
  );
  return executionNamed(gate, executionArn);
}
