import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Principal } from '../iam/principal.ts';
import type { ApiRequest } from './api-request.ts';
import type { IntegrationDefinition } from './http-api.ts';
import { type ApiResponse, integrationResponse, messageResponse } from './integration-response.ts';

/** How integrations reach functions. */
export interface IntegrationServices {
  lambda: {
    invoke(arn: string, payload: unknown, principal: Principal): Promise<{ payload: string; functionError?: string }>;
  };
}

/** The answer, and what the access log says about how it came. */
export interface Integrated {
  response: ApiResponse;
  /** Milliseconds. */
  integrationLatency: number;
  integrationStatus?: number;
  integrationError?: string;
  error?: string;
}

/** Hands an event to the function of a route and turns what it returns into the answer. */
export async function integrate(
  { lambda }: IntegrationServices,
  integration: IntegrationDefinition,
  routeKey: string,
  request: ApiRequest,
  event: object,
): Promise<Integrated> {
  const began = performance.now();
  const result = await outcome(
    () => lambda.invoke(functionArnOf(integration.uri), event, caller(request, routeKey)),
    integration.timeoutMs,
  );
  return { ...result, integrationLatency: Math.round(performance.now() - began) };
}

type Result = Omit<Integrated, 'integrationLatency'>;

async function outcome(
  invoke: () => ReturnType<IntegrationServices['lambda']['invoke']>,
  timeoutMs: number,
): Promise<Result> {
  const { promise: late, resolve } = Promise.withResolvers<'timeout'>();
  const timeout = setTimeout(() => resolve('timeout'), timeoutMs);
  try {
    const answer = await Promise.race([invoke(), late]);
    if (answer === 'timeout') return failure(503, 'Service Unavailable', 'Endpoint request timed out');
    return answer.functionError ? functionFailure(answer.payload) : success(answer.payload);
  } catch (error) {
    return invocationFailure(error);
  } finally {
    clearTimeout(timeout);
  }
}

function success(payload: string): Result {
  const response = integrationResponse(payload);
  if (!response) return failure(500, 'Internal Server Error', 'The response from the Lambda function is malformed');
  return { response, integrationStatus: 200 };
}

/** The client learns nothing of what went wrong inside; the access log does. */
function functionFailure(payload: string): Result {
  return { ...failure(500, 'Internal Server Error', `The Lambda function failed: ${payload}`), integrationStatus: 200 };
}

function invocationFailure(error: unknown): Result {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof AwsError ? error.code : '';
  if (code === 'RequestEntityTooLargeException') return failure(413, 'Request Entity Too Large', message);
  if (code === 'TooManyRequestsException') return failure(503, 'Service Unavailable', message);
  if (!(error instanceof AwsError)) console.error('An HTTP API could not invoke its function:', error);
  return failure(500, 'Internal Server Error', message);
}

function failure(status: number, message: string, integrationError: string): Result {
  return { response: messageResponse(status, message), error: message, integrationError };
}

/** API Gateway calls for one route of one stage, and the function's permission may name them. */
function caller({ apiId, stage, method }: ApiRequest, routeKey: string): Principal {
  const path = routeKey === '$default' ? '/$default' : `/${method}${routeKey.slice(routeKey.indexOf(' ') + 1)}`;
  return {
    kind: 'service',
    service: 'apigateway.amazonaws.com',
    sourceArn: localArn('execute-api', `${apiId}/${stage}${path}`),
  };
}

function functionArnOf(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
