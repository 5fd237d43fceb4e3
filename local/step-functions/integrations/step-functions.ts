import { createHash } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import { permission } from '../api/context.ts';
import { argumentsOf } from './arguments.ts';
import { optimizedError } from './call-error.ts';
import type { Integration, TaskCall, Waiter } from './integration.ts';
import { responseMetadata } from './metadata.ts';

const ERRORS = {
  prefix: 'StepFunctions',
  client: 'AWSStepFunctions',
  generic: 'AWSStepFunctionsException',
  modelled: [
    'ExecutionAlreadyExistsException',
    'ExecutionLimitExceededException',
    'InvalidArnException',
    'InvalidExecutionInputException',
    'InvalidNameException',
    'StateMachineDeletingException',
    'StateMachineDoesNotExistException',
  ],
};

/** `arn:aws:states:::states:startExecution`, also to its end (`.sync`, `.sync:2`) or to a callback. */
export const stepFunctions: Integration = {
  resourceType: 'states',
  async run(call, context) {
    const input = argumentsOf(call, ['StateMachineArn', 'Input', 'Name', 'TraceHeader']);
    const stateMachineArn = input.text('StateMachineArn');
    const given = input.optionalText('Name');
    const target = { stateMachineArn, name: given ?? nameOf(call), ownName: given === undefined };
    const sync = call.pattern === 'sync' || call.pattern === 'sync:2';
    const execution = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`;
    const waiter: Waiter = { ...call.waiter, json: call.pattern === 'sync:2' };
    try {
      context.iam.authorize(call.principal, [
        ...permission('StartExecution', stateMachineArn),
        ...(sync ? [{ action: 'states:DescribeExecution', resource: execution }] : []),
      ]);
      const value = input.value('Input') ?? {};
      const payload = typeof value === 'string' ? value : JSON.stringify(value);
      const started = await context.startExecution({ ...target, input: payload, ...(sync && { waiter }) });
      return { ExecutionArn: started.executionArn, StartDate: started.startedAt, ...responseMetadata(200) };
    } catch (error) {
      throw optimizedError(withSuffix(error), ERRORS);
    }
  },
};

/** The API's codes lack the suffix that the names of these errors have in definitions. */
function withSuffix(error: unknown): unknown {
  if (!(error instanceof AwsError) || !ERRORS.modelled.includes(`${error.code}Exception`)) return error;
  return new AwsError(`${error.code}Exception`, error.message, { status: error.status, cause: error });
}

/** The same for a repetition of the call after a restart, so that it does not start a second execution. */
function nameOf({ executionArn, callId }: TaskCall): string {
  return createHash('sha256').update(`${executionArn} ${callId}`).digest('hex').slice(0, 36);
}
