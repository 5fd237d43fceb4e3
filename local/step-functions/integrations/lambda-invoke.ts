import { type Arguments, argumentsOf } from './arguments.ts';
import type { Integration } from './integration.ts';
import { functionArn, invokeFunction } from './lambda-function.ts';
import { responseMetadata } from './metadata.ts';

/** `arn:aws:states:::lambda:invoke`: the result is the answer of Lambda's Invoke, with the payload as JSON. */
export const lambdaInvoke: Integration = {
  resourceType: 'lambda',
  async run(call, context) {
    const input = argumentsOf(call, [
      'FunctionName',
      'Payload',
      'InvocationType',
      'ClientContext',
      'Qualifier',
      'LogType',
    ]);
    const invocationType = typeOf(input);
    const clientContext = input.optionalText('ClientContext');
    const answer = await invokeFunction(call, context, {
      functionArn: functionArn(input.text('FunctionName'), input.optionalText('Qualifier')),
      payload: input.value('Payload') ?? {},
      invocationType,
      ...(clientContext !== undefined && { clientContext }),
    });
    return {
      ...(invocationType === 'RequestResponse' && { ExecutedVersion: answer.executedVersion, Payload: answer.payload }),
      ...responseMetadata(answer.statusCode, {
        'X-Amz-Executed-Version': answer.executedVersion,
        'x-amzn-Remapped-Content-Length': '0',
        Connection: 'keep-alive',
        'Content-Length': String(answer.bytes),
        'Content-Type': 'application/json',
      }),
      StatusCode: answer.statusCode,
    };
  },
};

function typeOf(input: Arguments): 'RequestResponse' | 'Event' {
  const type = input.optionalText('InvocationType') ?? 'RequestResponse';
  if (type === 'RequestResponse' || type === 'Event') return type;
  throw input.invalid('InvocationType', `must be RequestResponse or Event, not '${type}'`);
}
