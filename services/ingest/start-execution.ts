import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface Started {
  name: string;
  executionArn: string;
  /** False when an earlier delivery of the same upload had started it. */
  isNew: boolean;
}

/** Starts an execution once for each name. Throws the SDK's errors for all but `ExecutionAlreadyExists`. */
export type StartExecution = (request: { name: string; input: object }) => Promise<Started>;

/** @param stateMachineArn ARN of the alias; executions belong to the state machine behind it */
export function executionStarter(client: SFNClient, stateMachineArn: string): StartExecution {
  return async ({ name, input }) => {
    try {
      const { executionArn = arnOf(stateMachineArn, name) } = await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      return { name, executionArn, isNew: true };
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists)
        return { name, executionArn: arnOf(stateMachineArn, name), isNew: false };
      throw error;
    }
  };
}

/** `arn:aws:states:<region>:<account>:stateMachine:<machine>:<alias>` → `…:execution:<machine>:<name>` */
function arnOf(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}
