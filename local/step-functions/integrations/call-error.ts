import { AwsError } from '../../gateway/aws-error.ts';
import { ConnectionLost } from '../../gateway/connection-lost.ts';
import { TaskError } from './integration.ts';

/**
 * An AWS error as an optimized integration reports it: `Lambda.ResourceNotFoundException`. An error that is not part of
 * the service's own model (access denied, throttling at the edge) has the name of the service's client: `Lambda.AWSLambdaException`.
 */
export function optimizedError(
  error: unknown,
  service: { prefix: string; client: string; generic: string; modelled: readonly string[] },
): TaskError {
  const unanswered = unansweredError(error, service);
  if (unanswered) return unanswered;
  const { code, message, status, requestId } = describe(error);
  const name = service.modelled.includes(code) ? code : service.generic;
  const cause = `${message} (Service: ${service.client}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
  return new TaskError(`${service.prefix}.${name}`, cause, { cause: error });
}

/** The error of a call that got no answer at all; undefined when there was one. */
export function unansweredError(error: unknown, { prefix }: { prefix: string }): TaskError | undefined {
  const answered =
    error instanceof AwsError
      ? !(error instanceof ConnectionLost)
      : error instanceof Error && metadataOf(error).httpStatusCode !== undefined;
  if (answered) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  return new TaskError(`${prefix}.SdkClientException`, `Unable to execute HTTP request: ${message}`, { cause: error });
}

interface Described {
  code: string;
  message: string;
  status: number;
  requestId: string;
}

/** Errors of direct calls are `AwsError`s; those of SDK clients carry the response's metadata. */
export function describe(error: unknown): Described {
  if (error instanceof AwsError)
    return { code: error.code, message: error.message, status: error.status, requestId: crypto.randomUUID() };
  if (!(error instanceof Error)) return { code: 'Unknown', message: String(error), status: 0, requestId: 'null' };
  const { httpStatusCode = 0, requestId = 'null' } = metadataOf(error);
  return { code: error.name, message: error.message, status: httpStatusCode, requestId };
}

export function metadataOf(value: object): {
  httpStatusCode?: number;
  requestId?: string;
  extendedRequestId?: string;
} {
  return '$metadata' in value && typeof value.$metadata === 'object' && value.$metadata !== null ? value.$metadata : {};
}
