import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { functionArn } from './function-arn.ts';
import type { InvokeOptions, InvokeResult } from './lambda.ts';
import { type LambdaAction, parseJson, referenceOf } from './lambda-request.ts';
import type { LambdaServiceOptions } from './lambda-service.ts';

/** `Invoke`: the event is the body, everything else comes in headers and goes out in headers. */
export function invokeAction({ store, invoke }: Pick<LambdaServiceOptions, 'store' | 'invoke'>): LambdaAction {
  return {
    requires: (request) => [{ action: 'lambda:InvokeFunction', resource: functionArn(referenceOf(request)) }],
    handle: async (request) => {
      const reference = referenceOf(request);
      const payload = request.body.toString() || '{}';
      parseJson(payload);
      store.resolve(reference);
      const invocationType = invocationTypeOf(request);
      if (invocationType === 'DryRun') return { status: 204, body: '' };
      const result = await invoke(reference, payload, { invocationType, ...clientContextOf(request) });
      return answer(result, request.headers['x-amz-log-type'] === 'Tail');
    },
  };
}

function invocationTypeOf({ headers }: AwsRequest): 'RequestResponse' | 'Event' | 'DryRun' {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'RequestResponse' || type === 'Event' || type === 'DryRun') return type;
  throw new AwsError(
    'InvalidParameterValueException',
    `Invocation type '${type}' is none of RequestResponse, Event, DryRun.`,
  );
}

function clientContextOf({ headers }: AwsRequest): Pick<InvokeOptions, 'clientContext'> {
  const encoded = headers['x-amz-client-context'];
  return encoded === undefined ? {} : { clientContext: parseJson(Buffer.from(encoded, 'base64').toString()) };
}

function answer(result: InvokeResult, withLog: boolean): AwsResponse {
  const { statusCode, executedVersion, functionError, payload, requestId, logTail } = result;
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      // Whoever queues an event is not told which version will run it.
      ...(statusCode === 200 ? { 'x-amz-executed-version': executedVersion } : {}),
      ...(functionError ? { 'x-amz-function-error': functionError } : {}),
      ...(withLog && logTail ? { 'x-amz-log-result': Buffer.from(logTail).toString('base64') } : {}),
    },
    body: payload,
  };
}
