import { isObject, type Json, parseJson } from '../json.ts';
import { optimizedError } from './call-error.ts';
import { type Integration, type IntegrationContext, type TaskCall, TaskError } from './integration.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:';

/** A Task whose Resource is a function's ARN: the payload is the task's input, the result the function's answer. */
export const lambdaFunction: Integration = {
  resourceType: 'lambda',
  async run(call, context) {
    const { payload } = await invokeFunction(call, context, { functionArn: call.action, payload: call.arguments });
    return payload;
  },
};

interface Invocation {
  functionArn: string;
  payload: Json;
  invocationType?: 'RequestResponse' | 'Event';
  clientContext?: string;
}

/** Invokes with the task's role. A function that fails is a `TaskError` named after what it threw. */
export async function invokeFunction(
  call: TaskCall,
  context: IntegrationContext,
  { functionArn, payload, invocationType = 'RequestResponse', clientContext }: Invocation,
): Promise<{ payload: Json; executedVersion: string; statusCode: number; bytes: number }> {
  const options = { invocationType, ...(clientContext !== undefined && { clientContext }) };
  const answer = await context.tasks.lambda.invoke(functionArn, payload, call.principal, options).catch((error) => {
    throw optimizedError(error, LAMBDA);
  });
  if (answer.functionError) throw functionError(answer.payload);
  const { executedVersion, statusCode } = answer;
  const bytes = Buffer.byteLength(answer.payload);
  return { payload: answer.payload === '' ? null : parseJson(answer.payload), executedVersion, statusCode, bytes };
}

/** The ARN for what people write as FunctionName: a name, `name:alias`, a partial or a full ARN. */
export function functionArn(name: string, qualifier?: string): string {
  const arn = name.startsWith('arn:') ? name : `${FUNCTION}${name.split(':function:').at(-1)}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

function functionError(payload: string): TaskError {
  const error = parseJson(payload);
  const type = isObject(error) ? error['errorType'] : undefined;
  return new TaskError(typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown', payload);
}

const LAMBDA = {
  prefix: 'Lambda',
  client: 'AWSLambda',
  generic: 'AWSLambdaException',
  modelled: [
    'ClientContextTooLargeException',
    'InvalidParameterValueException',
    'InvalidRequestContentException',
    'RequestTooLargeException',
    'ResourceConflictException',
    'ResourceNotFoundException',
    'ServiceException',
    'TooManyRequestsException',
  ],
};
